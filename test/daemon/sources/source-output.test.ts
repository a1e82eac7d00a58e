import { describe, expect, test } from 'vitest';
import { readSourceOutput } from '../../../src/daemon/sources/source-output.ts';

const type = { apiVersion: 'crm.example/v1', kind: 'Ticket', resource: 'tickets', namespaced: true };
const ticket = (name: string, more: object = {}): object => ({
  apiVersion: 'crm.example/v1',
  kind: 'Ticket',
  metadata: { name, namespace: 'shop' },
  ...more,
});
const text = (...lines: readonly unknown[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

describe('what a source prints', () => {
  test('is its types, and all of its objects by type', () => {
    const other = { ...type, kind: 'Note', resource: 'notes', namespaced: false };
    const read = readSourceOutput(text({ types: [type, other] }, ticket('b', { state: 'open' }), '', ticket('a')));
    expect(read).toMatchObject({
      types: [{ group: 'crm.example', version: 'v1', kind: 'Ticket', columns: [] }, { kind: 'Note' }],
    });
    const { objects } = read as Exclude<typeof read, string>;
    expect(objects.get('crm.example/v1 Ticket')).toMatchObject([{ state: 'open' }, { metadata: { name: 'a' } }]);
    expect(objects.get('crm.example/v1 Note')).toEqual([]);
  });

  test('tells no versions: a state is known by what it holds', () => {
    const read = readSourceOutput(
      text({ types: [type] }, ticket('a', { metadata: { name: 'a', namespace: 'shop', resourceVersion: '7' } })),
    );
    const [object] = (read as Exclude<typeof read, string>).objects.get('crm.example/v1 Ticket') ?? [];
    expect(object?.metadata).toEqual({ name: 'a', namespace: 'shop' });
  });

  test.each([
    ['', 'line 1 is no JSON'],
    [text('[]'), 'line 1 is no JSON object'],
    [text({}), 'line 1 names no types'],
    [text({ types: [type, type] }), 'line 1 names a type twice'],
    [text({ types: [{ ...type, apiVersion: 'v1' }] }), /apiVersion is no GROUP\/VERSION/],
    [text({ types: [{ ...type, apiVersion: 'apps/v1' }] }), /apiVersion is no GROUP\/VERSION/],
    [text({ types: [{ ...type, apiVersion: 'x.k8s.io/v1' }] }), /apiVersion is no GROUP\/VERSION/],
    [text({ types: [{ ...type, resource: '../secrets' }] }), /resource is no plural/],
    [text({ types: [{ ...type, kind: 'a b' }] }), /kind is none/],
    [text({ types: [{ ...type, columns: [{ name: 'X' }] }] }), /column without name or jsonPath/],
    [text({ types: [type] }, ticket('a'), '{"apiVersion":"crm'), 'line 3 is no JSON'],
    [text({ types: [type] }, ticket('a'), ticket('a')), 'line 3 is of an object that was printed before'],
    [text({ types: [type] }, { ...ticket('a'), kind: 'Secret' }), 'line 2 is of no type that the first line names'],
    [text({ types: [type] }, ticket('a/b')), 'line 2 has no metadata.name that could be one'],
    [text({ types: [type] }, ticket('a', { metadata: { name: 'a' } })), 'line 2 lacks a metadata.namespace'],
    [text({ types: [{ ...type, namespaced: false }] }, ticket('a')), 'line 2 has a metadata.namespace'],
  ])('%j is refused as a whole', (printed, why) => {
    expect(readSourceOutput(printed)).toEqual(typeof why === 'string' ? why : expect.stringMatching(why));
  });
});
