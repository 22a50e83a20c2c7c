import { describe, expect, test } from '@jest/globals';
import { describeError } from '@stoker/errors';
import { checkTemplate, renderTemplate } from './index.ts';

const variables = { GatewayName: 'area-1', Ref: '{{.GatewayName}}', Vars: { site: 'plant', empty: '' } };

function refusal(run: () => unknown): ReturnType<typeof describeError> {
  try {
    run();
  } catch (error) {
    return describeError(error);
  }
  throw new Error('was not refused');
}

describe('renderTemplate', () => {
  test.each([
    ['', ''],
    ['plain/path', 'plain/path'],
    ['{{.GatewayName}}', 'area-1'],
    ['sites/{{ .Vars.site }}/{{\t.GatewayName }}x', 'sites/plant/area-1x'],
    ['[{{.Vars.empty}}]', '[]'],
    ['} }} { {', '} }} { {'],
  ])('renders %j as %j', (template, expected) => {
    expect(renderTemplate(template, variables)).toBe(expected);
  });

  test('inserts a value that looks like a template as it is', () => {
    expect(renderTemplate('{{.Ref}}', variables)).toBe('{{.GatewayName}}');
  });

  test.each([
    '{{ .GatewayName | upper }}',
    '{{if .GatewayName}}x{{end}}',
    '{{ printf "%s" .Ref }}',
    '{{- .GatewayName -}}',
    '{{/* comment */}}',
    '{{}}',
    '{{.}}',
    '{{ GatewayName }}',
    '{{.Vars.a.b}}',
    '{{.Vars.a-b}}',
    '{{"text"}}',
    '{{\n.GatewayName}}',
  ])('refuses %j, quotes it and says what is allowed', (template) => {
    const error = refusal(() => renderTemplate(`before/${template}`, variables));
    expect(error.reason).toBe('InvalidTemplate');
    const firstPiece = template.slice(0, template.indexOf('}}') + 2);
    expect(error.message).toContain(JSON.stringify(firstPiece));
    expect(error.hint).toContain('{{.Vars.key}}');
  });

  test('refuses braces that are never closed', () => {
    expect(refusal(() => renderTemplate('a/{{.GatewayName', variables)).message).toContain('"{{.GatewayName"');
  });

  test('lists the keys there are when one is missing', () => {
    const error = refusal(() => renderTemplate('{{.Vars.sit}}', variables));
    expect(error).toMatchObject({ reason: 'InvalidTemplate', hint: '.Vars has site, empty' });
  });

  test.each(['{{.constructor}}', '{{.__proto__}}', '{{.Vars.constructor}}', '{{.Vars.__proto__}}', '{{.toString}}'])(
    'does not reach inherited properties with %s',
    (template) => {
      expect(refusal(() => renderTemplate(template, variables)).reason).toBe('InvalidTemplate');
    },
  );

  test('stays linear on a long run of opening braces', () => {
    expect(refusal(() => renderTemplate('{{'.repeat(100_000), variables)).reason).toBe('InvalidTemplate');
  });
});

describe('checkTemplate', () => {
  const shape = { GatewayName: 'string', Vars: 'map' } as const;

  test('accepts any key of a map before its values are known', () => {
    expect(() => checkTemplate('{{.GatewayName}}/{{.Vars.anything}}', shape)).not.toThrow();
  });

  test.each([
    ['{{.Gateway}}', 'known are .GatewayName, .Vars.<key>'],
    ['{{.Vars}}', 'name one of its keys: {{.Vars.key}}'],
    ['{{.GatewayName.key}}', 'write {{.GatewayName}}'],
  ])('refuses %s with the hint "%s"', (template, hint) => {
    expect(refusal(() => checkTemplate(template, shape))).toMatchObject({ reason: 'InvalidTemplate', hint });
  });
});
