/** Of a terminal: control characters, the end of a line aside, and those that turn the direction of what follows. */
const commands = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text with all that a terminal would obey made visible: names and messages come from repositories, servers and pods. */
export function printable(text: string): string {
  return text.replace(commands, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    // JSON escapes those below the space alone.
    return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped;
  });
}
