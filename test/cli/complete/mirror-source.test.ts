import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import SqliteDatabase from 'better-sqlite3';
import { answer } from '../../../src/cli/complete/answer.ts';
import { readAsked } from '../../../src/cli/complete/asked.ts';
import { candidate, mostCandidates } from '../../../src/cli/complete/candidate.ts';
import { MirrorSource } from '../../../src/cli/complete/mirror-source.ts';
import type { Sources } from '../../../src/cli/complete/sources.ts';
import type { MirrorReader } from '../../../src/store/open-reader.ts';
import { amountOf } from '../../support/long-run.ts';
import { openedReader } from '../../support/opened-reader.ts';
import { smallTable } from '../../support/small-command-table.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';

const objectCount = 3_000;

let mirror: TemporaryMirror;
let reader: MirrorReader;
let source: MirrorSource;

beforeAll(async () => {
  mirror = await temporaryMirror();
  const { writer } = mirror;
  writer.commit(() => {
    for (let index = 0; index < objectCount; index += 1) {
      const terms = [
        { kind: 'label', text: `app=web-${index % 700}` },
        { kind: 'label', text: 'app.kubernetes.io/part-of=shop' },
        { kind: 'field', text: `spec.nodeName=node-${index % 20}` },
      ] as const;
      const name = `${'abc'[index % 3]}-${String(index).padStart(4, '0')}`;
      writer.objects.put(mirror.target(), sampleSource(`ns-${index % 2}/${name}`, { terms }), 1);
    }
    writer.objects.put(mirror.target(), sampleSource('odd/a\u001Bb'), 1);
    writer.objects.put(mirror.target(), sampleSource('odd/plain'), 1);
  });
  // What no object has any more stays until `tidy`.
  writeTo(`insert into term (kind, text) values ('label', 'unused=x')`);
  reader = openedReader(mirror.file);
  source = new MirrorSource(reader, 'ns-0');
});
afterAll(() => {
  reader.close();
  mirror.close();
});

function writeTo(statement: string): void {
  const database = new SqliteDatabase(mirror.file);
  database.exec(statement);
  database.close();
}

const sources: Sources = {
  contexts: () => [candidate('prod', 'https://prod'), candidate('over there')],
  plugins: () => [],
  clusters: () => [],
  users: () => [],
  filters: () => [candidate('broken', 'pods --where x')],
  actions: () => [],
  alerts: () => [],
  rules: () => [],
  silences: () => [],
  mirrors: () => [source],
};

const complete = (...words: readonly string[]) => answer(readAsked(smallTable, words), smallTable, sources);
const values = (...words: readonly string[]) => complete(...words).candidates.map(({ value }) => value);

describe('the candidates', () => {
  test('are bounded, and the last one there is keeps what all begin with as short as it is', () => {
    const found = values('get', 'pods', '');
    expect(found).toHaveLength(mostCandidates);
    expect(found[0]).toBe('a-0000');
    expect(found.at(-1)).toBe('c-2996');
    expect(values('events', '-A', '--for', 'pods/').at(-1)).toBe('pods/c-2996');
    expect(values('events', '-A', '--for', 'pods/b-').at(-1)).toBe('pods/b-2998');
    expect(values('events', '-A', '--for', 'pods/p')).toEqual(['pods/plain']);
  });

  test('are each offered once, and none that is typed already', () => {
    expect(values('get', 'pods', 'a-0000', 'a-000')).toEqual(['a-0006']);
    expect(values('get', 'pods/a-0000', 'pods/a-000')).toEqual(['pods/a-0006']);
  });

  test('never steer a terminal', () => {
    expect(values('get', 'pods', '-n', 'odd', '')).toEqual(['plain']);
  });

  test('are keys and values of terms that objects have', () => {
    expect(values('get', 'pods', '-l', '')).toEqual(['app.kubernetes.io/part-of=', 'app=']);
    expect(values('get', 'pods', '-l', 'app=web-69')).toEqual([
      'app=web-69',
      ...Array.from({ length: 10 }, (_, index) => `app=web-69${index}`),
    ]);
    expect(values('get', '-l', 'app in (web-1, web-69')).toContain('app in (web-1, web-699');
    expect(values('get', 'pods', '--field-selector', 'spec.nodeName=node-1')).toHaveLength(11);
    const many = values('get', 'pods', '-l', 'app=');
    expect(many).toHaveLength(mostCandidates);
    expect(many.at(-1)).toBe('app=web-99');
  });

  test('are the values that a flag may have', () => {
    expect(complete('version', '-o', '')).toEqual({ candidates: [candidate('json'), candidate('text')], directive: 4 });
  });

  test('are namespaces also where these may not be listed', () => {
    expect(values('get', 'pods', '-n', '')).toEqual(['ns-0', 'ns-1', 'odd']);
  });

  test('are keys of the settings, for each context that TOML takes as it is', () => {
    expect(values('config', 'set', '')).toEqual(['daemon.metrics_port', 'contexts.prod.namespaces']);
  });

  test('are flags that are not given yet, or may be again', () => {
    const flags = values('get', '-w', '--context', 'a', '-L', 'app', '--');
    expect(flags).toContain('--context');
    expect(flags).toContain('--label-columns');
    expect(flags).not.toContain('--watch');
    expect(flags).not.toContain('--token');
    expect(values('get', '-w')).toEqual(['-w']);
    expect(values('get', '-wA')).toEqual(['-wA']);
  });
});

describe('whatever is typed', () => {
  const words = fc.oneof(
    fc.constantFrom('get', 'tree', 'filter', 'save', 'set', 'config', 'version', 'help', 'pods', 'po', 'pods/a', 'a-0'),
    fc.constantFrom(
      '-n',
      '-l',
      '-L',
      '--',
      '-',
      '-wn',
      '-n=',
      '--where',
      '--order-by',
      '-o',
      '--context',
      '-A',
      '@',
      '',
    ),
    fc.constantFrom('app=', 'app in (', 'app!=web,', '!', 'cols.', 'cols["', 'a,b,', ',', '/', '=', "'", '%', '_'),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const lines = fc.array(words, { maxLength: 6 });

  test('the answers begin with it', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const typed = line.at(-1) ?? '';
        const value = typed.startsWith('-') && typed.includes('=') ? typed.slice(typed.indexOf('=') + 1) : typed;
        for (const each of complete(...line).candidates) {
          expect(each.value.startsWith(value) || each.value.startsWith(typed)).toBe(true);
          expect(`${each.value}${each.description}`).not.toMatch(/\p{Cc}/u);
        }
        expect(complete(...line).candidates.length).toBeLessThanOrEqual(mostCandidates);
      }),
      { numRuns: amountOf(500, 2_000) },
    );
  });
});

describe('the statements', () => {
  test('walk through no table', () => {
    const statements = new Set<string>();
    const recording: MirrorReader = {
      ...reader,
      sqlite: new Proxy(reader.sqlite, {
        get: (target, name) => {
          if (name !== 'prepare') return Reflect.get(target, name, target) as unknown;
          return (text: string) => {
            statements.add(text);
            return target.prepare(text);
          };
        },
      }),
    };
    const recorded: Sources = { ...sources, mirrors: () => [new MirrorSource(recording, 'ns-0')] };
    for (const line of [
      'get pods ',
      'events -A --for pods/a',
      'get pods -n ',
      'get pods -l ',
      'get pods -l app=',
      'get -l ',
    ])
      answer(readAsked(smallTable, line.split(' ')), smallTable, recorded);
    const rows = [...statements].filter((text) => /from (object|term|\()|object_term/.test(text));
    expect(rows.length).toBeGreaterThan(5);
    for (const text of rows) {
      const plan = reader.sqlite.prepare(`explain query plan ${text}`);
      const named = text.split('?').length - 1;
      const details = (plan.all(...Array.from({ length: named }, () => 'x')) as { detail: string }[]).map(
        ({ detail }) => detail,
      );
      expect(
        details.filter((detail) => /^SCAN (object|term|object_term)\b/.test(detail)),
        text,
      ).toEqual([]);
      expect(
        details.filter((detail) => detail.includes('TEMP B-TREE')),
        text,
      ).toEqual([]);
    }
  });
});

describe('what may not be read', () => {
  afterEach(() => writeTo(`update scope set phase = 'synced'`));

  test('is not offered: names, namespaces, labels', () => {
    writeTo(`update scope set phase = 'denied'`);
    source = new MirrorSource(reader, 'ns-0');
    expect(values('get', 'pods', '')).toEqual([]);
    expect(values('events', '-A', '--for', 'pods/')).toEqual([]);
    expect(values('get', 'pods', '-n', '')).toEqual([]);
    expect(values('get', 'pods', '-l', 'app=')).toEqual([]);
    expect(values('get', '-l', 'app=')).toEqual([]);
  });
});
