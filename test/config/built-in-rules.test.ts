import { describe, expect, test } from 'vitest';
import { parseTemplate, templateText, valueOrNone } from '../../src/cel/template.ts';
import { builtInRules } from '../../src/config/built-in-rules.ts';

/** What the built-in rule of a name says of an object with these fields. */
function said(name: string, fields: Readonly<Record<string, unknown>>): string {
  const summary = builtInRules.find((rule) => rule.name === name)?.summary ?? '';
  return templateText(parseTemplate('summary', summary), (expression) => valueOrNone(expression, fields));
}

const waiting = (reason: string, ...names: readonly string[]): object => ({
  status: { containerStatuses: names.map((name) => ({ name, state: { waiting: { reason } } })) },
});

describe('what built-in rules say', () => {
  test.each([
    ['crash-loop', waiting('CrashLoopBackOff', 'main'), 'container main crashes again and again'],
    ['crash-loop', waiting('CrashLoopBackOff', 'main', 'proxy'), 'containers main, proxy crash again and again'],
    ['image-pull', waiting('ErrImagePull', 'main'), 'image of container main cannot be pulled'],
    ['image-pull', waiting('ErrImagePull', 'main', 'proxy'), 'images of containers main, proxy cannot be pulled'],
  ])('%s of %j is %j', (name, fields, text) => {
    expect(said(name, fields as Readonly<Record<string, unknown>>)).toBe(text);
  });

  test.each([
    [['2026-01-02T00:00:00Z'], 'certificate ends 2026-01-02T00:00:00Z'],
    [
      ['2026-01-02T00:00:00Z', '2027-01-02T00:00:00Z', '2026-01-03T00:00:00Z'],
      'certificates end 2026-01-02T00:00:00Z, 2026-01-03T00:00:00Z',
    ],
  ])('certificate-ends of %j is %j', (ends, text) => {
    const certificates = ends.map((end) => ({ notAfter: new Date(end) }));
    expect(said('certificate-ends', { certificates, now: new Date('2026-01-01T00:00:00Z') })).toBe(text);
  });
});
