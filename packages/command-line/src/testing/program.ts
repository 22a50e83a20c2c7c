import type { Program } from '../program.ts';

/** A small program with one of everything. */
export const kettle: Program<'boil' | 'pour' | 'brew', 'output' | 'to' | 'quick' | 'leaf' | 'add'> = {
  name: 'kitchen kettle',
  executable: 'kitchen-kettle',
  summary: 'kettle boils water.',
  commands: {
    boil: {
      summary: 'make it hot',
      about: 'Makes water hot.',
      words: [{ name: 'WATER', needed: true }],
      options: ['output', 'quick'],
      examples: ['kitchen kettle boil tap'],
    },
    pour: {
      summary: 'fill a cup',
      about: 'Fills a cup.',
      words: [{ name: 'CUP', needed: false, choices: ['large', 'small'] }],
      options: ['output', 'to'],
      examples: ['kitchen kettle pour small'],
    },
    brew: {
      summary: 'make tea',
      about: 'Makes tea.',
      words: [],
      options: ['leaf', 'add'],
      required: ['leaf'],
      examples: ['kitchen kettle brew --leaf assam'],
    },
  },
  options: {
    output: { value: 'FORMAT', short: 'o', summary: 'how to say it', choices: ['text', 'json'], default: 'text' },
    to: { value: 'WHOM', short: 't', summary: 'who drinks it' },
    leaf: { value: 'NAME', summary: 'what is brewed' },
    add: { value: 'WHAT', summary: 'what goes in', repeatable: true },
    quick: { short: 'q', summary: 'hurry' },
  },
  exitCodes: { 0: 'hot', 2: 'cold' },
};
