export { checkTemplate } from './checkTemplate.ts';
export { renderTemplate } from './renderTemplate.ts';
export type { TemplateVariables } from './types.ts';
