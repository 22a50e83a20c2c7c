export type { TemplateVariables } from './types.ts';
// Agreed face (implementations follow):
//   checkTemplate(text: string, shape: Readonly<Record<string, 'string' | 'map'>>): void    throws StokerError InvalidTemplate
//   renderTemplate(text: string, variables: TemplateVariables): string   throws StokerError InvalidTemplate (unknown name, missing key)
