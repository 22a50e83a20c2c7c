/** What a template may refer to: `{{.Name}}` for a string, `{{.Vars.key}}` for a map. */
export type TemplateVariables = Readonly<Record<string, string | Readonly<Record<string, string>>>>;
