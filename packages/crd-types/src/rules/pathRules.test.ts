import { describe, expect, test } from '@jest/globals';
import { checkTemplate } from '@stoker/template';
import { templateShape } from '../templateShape.ts';
import { pathRules } from './pathRules.ts';

/** Whether the renderer takes it: the rule has to say the same, in one regular expression that CEL knows. */
function isRenderable(text: string): boolean {
  try {
    checkTemplate(text, templateShape);
    return true;
  } catch {
    return false;
  }
}

const texts = [
  '',
  'plain',
  '{',
  '}}',
  'a{b}c',
  '{{',
  'a{',
  '{{}}',
  '{{.GatewayName}}',
  '{{ .GatewayName\t}}',
  '{{.GatewayName}}{{.Ref}}/x',
  '{{{.GatewayName}}',
  '{{.GatewayName}}}',
  '{{.GatewayName',
  '{{GatewayName}}',
  '{{.gatewayName}}',
  '{{.GatewayName.x}}',
  '{{.Vars}}',
  '{{.Vars.site}}',
  '{{.Vars.site_2}}',
  '{{.Vars.2site}}',
  '{{.Vars.a-b}}',
  '{{.Labels.zone}}',
  '{{.Vars.a.b}}',
  '{{.Vars.site | lower}}',
  '{{if .Vars.x}}y{{end}}',
  '{{- .Vars.x -}}',
  '{{/* x */}}',
  '{{.Vars.x}} {{',
  '{ {.Vars.x}}',
];

describe('the rule for templates says what the renderer says', () => {
  test.each(texts)('of %j', (text) => {
    expect(pathRules.pathTemplate.holds(text)).toBe(isRenderable(text));
  });

  test('at once, also about a text that was made to keep it busy', () => {
    expect(pathRules.pathTemplate.holds(`${'{{.Vars.x}}{ '.repeat(70)}{{`)).toBe(false);
  });
});
