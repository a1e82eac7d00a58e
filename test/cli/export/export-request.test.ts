import { describe, expect, test } from 'vitest';
import { exportRequest, questionText, type ExportFlagValues } from '../../../src/cli/export/export-request.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const place = { isAll: false, names: [] };
const flags = (values: Partial<ExportFlagValues> = {}): ExportFlagValues => ({
  output: 'ndjson',
  whole: false,
  ...values,
});

describe('exportRequest', () => {
  test('takes types with commas between them, each once', () => {
    expect(exportRequest('pods, cm,pods', flags(), place).types).toEqual(['pods', 'cm']);
    expect(exportRequest(undefined, flags(), place).types).toEqual([]);
  });

  test.each([
    ['nothing named', ',', flags()],
    ['an object', 'pod/web', flags()],
    ['an empty expression', undefined, flags({ where: ' ' })],
    ['an empty target', undefined, flags({ to: '' })],
    ['--whole of another format', 'pods', flags({ whole: true })],
    ['YAML without a folder', undefined, flags({ output: 'yaml' })],
    ['SQLite without a file', undefined, flags({ output: 'sqlite' })],
    ['a table of all types on stdout', undefined, flags({ output: 'csv' })],
    ['a table of two types on stdout', 'pods,cm', flags({ output: 'csv' })],
  ])('refuses %s', (_what, words, values) => {
    expect(thrownBy(() => exportRequest(words, values, place))).toMatchObject({ code: 'NAVI_USAGE' });
  });

  test('refuses all namespaces and some at once', () => {
    expect(thrownBy(() => exportRequest(undefined, flags(), { isAll: true, names: ['shop'] }))).toMatchObject({
      code: 'NAVI_USAGE',
    });
  });
});

describe('questionText', () => {
  const text = (words: string | undefined, values: Partial<ExportFlagValues>, names: readonly string[] = []): string =>
    questionText(exportRequest(words, flags({ output: 'yaml', to: 'x', ...values }), { isAll: false, names }));

  test('is the same for the same question, in whatever order it is typed', () => {
    expect(text('cm,pods', {}, ['web', 'shop'])).toBe(text('pods,cm', { to: 'y' }, ['shop', 'web']));
    expect(text(undefined, {})).toBe('{"format":"yaml"}');
  });

  test('differs for each other question', () => {
    const questions = [
      text(undefined, {}),
      text('pods', {}),
      text('pods', {}, ['shop']),
      text('pods', { selector: 'a=b' }),
      text('pods', { 'field-selector': 'a=b' }),
      text('pods', { where: 'a=b' }),
      text('pods', { whole: true }),
      text('pods', { output: 'csv' }),
    ];
    expect(new Set(questions).size).toBe(questions.length);
  });
});
