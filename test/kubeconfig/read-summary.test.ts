import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stampFiles } from '../../src/kubeconfig/kept-summaries.ts';
import { readKubeconfigFiles } from '../../src/kubeconfig/read-kubeconfig.ts';
import { readSummary } from '../../src/kubeconfig/read-summary.ts';
import { summarizeKubeconfig } from '../../src/kubeconfig/summarize-kubeconfig.ts';

let folder: string;
let kept: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'navi-summary-'));
  kept = join(folder, 'kubeconfigs.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const secret = 'correct-horse-battery-staple';

function kubeconfig(namespace: string, server = 'https://kube:6443'): string {
  return `
current-context: one
clusters:
- {name: c, cluster: {server: "${server}", certificate-authority-data: QUJD, proxy-url: "http://me:${secret}@127.0.0.1:1"}}
users:
- {name: u, user: {token: ${secret}, client-key-data: ${secret}}}
- {name: e, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: get, args: ["${secret}"], interactiveMode: No}}}
contexts:
- {name: one, context: {cluster: c, user: u, namespace: "${namespace}"}}
- {name: odd, context: {cluster: c, user: e}}
- {name: broken, context: {cluster: none, user: u}}
`;
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** When every file has been left alone for long (epoch ms): the time itself cannot be set back on a file. */
const later = (): number => Date.now() + 60_000;

/** What is kept in place of a namespace, to see whether it is used. */
function mark(): void {
  const text = readFileSync(kept, 'utf8');
  writeFileSync(kept, text.replaceAll('"namespace":"shop"', '"namespace":"marked"'));
}

const namespaceOf = async (files: readonly string[], nowMs = later()): Promise<string | undefined> =>
  (await readSummary(files, kept, nowMs)).summary.contexts[0]?.namespace;

describe('the summary of a kubeconfig', () => {
  test('has its contexts with their mirrors and faults, and the names of what is in there', async () => {
    const file = write('config', kubeconfig('shop', `https://ann:${secret}@kube:6443`));
    expect((await readSummary([file], undefined)).summary).toEqual({
      files: [file],
      currentContext: 'one',
      contextNames: ['one', 'odd', 'broken'],
      clusterNames: ['c'],
      userNames: ['u', 'e'],
      contexts: [
        {
          name: 'one',
          namespace: 'shop',
          server: 'https://kube:6443',
          userName: 'u',
          // Where this changes, `form` of what is kept has to be raised.
          mirrorId: 'd9cba094c46b4586',
          insecureSkipTlsVerify: false,
          fault: undefined,
        },
        expect.objectContaining({
          name: 'odd',
          namespace: 'default',
          fault: expect.stringContaining('interactiveMode'),
        }),
      ],
    });
  });

  test('is kept for its user alone, without a credential, and read again while the files stay as they are', async () => {
    const file = write('config', kubeconfig('shop', `https://ann:${secret}@kube:6443`));
    expect(await namespaceOf([file])).toBe('shop');
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(readFileSync(kept, 'utf8')).not.toContain(secret);
    mark();
    expect(await namespaceOf([file])).toBe('marked');
  });

  test.each<[string, (file: string) => void]>([
    ['is written in place with as many bytes', (file) => writeFileSync(file, kubeconfig('mall'))],
    [
      'is written with its old times',
      (file) => {
        const { atime, mtime } = statSync(file);
        writeFileSync(file, kubeconfig('mall'));
        utimesSync(file, atime, mtime);
      },
    ],
    ['is replaced', (file) => renameSync(write('other', kubeconfig('mall')), file)],
  ])('is read anew where a file %s', async (_what, change) => {
    const file = write('config', kubeconfig('shop'));
    await namespaceOf([file]);
    change(file);
    expect(await namespaceOf([file])).toBe('mall');
  });

  test('is not kept of files that were written just now: a second write within a tick of the clock would not show', async () => {
    const file = write('config', kubeconfig('shop'));
    await namespaceOf([file], Date.now());
    expect(existsSync(kept)).toBe(false);
    await namespaceOf([file], Date.now() + 10_000);
    expect(existsSync(kept)).toBe(true);
    mark();
    expect(await namespaceOf([file], Date.now())).toBe('shop');
  });

  test('of several files is theirs in this order, and another once one that was missing is there', async () => {
    const one = write('one', kubeconfig('shop'));
    const two = write('two', kubeconfig('mall'));
    const missing = join(folder, 'missing');
    expect(await namespaceOf([missing, one, two])).toBe('shop');
    expect(await namespaceOf([missing, two, one])).toBe('mall');
    mark();
    expect(await namespaceOf([missing, one, two])).toBe('marked');
    expect(await namespaceOf([missing, two, one])).toBe('mall');
    write('missing', kubeconfig('late'));
    expect(await namespaceOf([missing, one, two])).toBe('late');
  });

  test('keeps the last few lists of files', async () => {
    const files = Array.from({ length: 6 }, (_, index) => write(`config${index}`, kubeconfig(`ns${index}`)));
    for (const file of files) await namespaceOf([file]);
    const names = (JSON.parse(readFileSync(kept, 'utf8')) as { kept: { files: string[] }[] }).kept.map(
      (one) => one.files,
    );
    expect(names).toEqual(
      files
        .slice(2)
        .toReversed()
        .map((file) => [file]),
    );
  });

  test.each<[string, () => void]>([
    ['nothing', () => writeFileSync(kept, '')],
    ['bytes that are no JSON', () => writeFileSync(kept, Buffer.from([0, 255, 123]))],
    ['JSON of another kind', () => writeFileSync(kept, '{"form":1,"kept":[{"files":null},7]}')],
    ['a summary without files', () => writeFileSync(kept, '{"form":1,"kept":[{"summary":{"contexts":[]}}]}')],
    ...['files', 'stamps', 'contextNames', 'clusterNames', 'mirrorId', 'namespace', 'currentContext'].map(
      (member): [string, () => void] => [
        `a summary without its ${member}`,
        () => writeFileSync(kept, readFileSync(kept, 'utf8').replaceAll(`"${member}":`, '"other":')),
      ],
    ),
    [
      'a context that is null',
      () => writeFileSync(kept, readFileSync(kept, 'utf8').replace('"contexts":[', '"contexts":[null,')),
    ],
    ['another form', () => writeFileSync(kept, readFileSync(kept, 'utf8').replace('"form":1', '"form":0'))],
    ['a folder', () => (rmSync(kept), mkdirSync(kept))],
    ['a pipe', () => (rmSync(kept), execFileSync('mkfifo', [kept]))],
  ])('is read anew where %s is in its place', async (_what, put) => {
    const file = write('config', kubeconfig('shop'));
    await namespaceOf([file]);
    mark();
    put();
    expect(await namespaceOf([file])).toBe('shop');
  });

  test('of what is no plain file is never kept', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(stampFiles([pipe], later())).toBeUndefined();
    expect(stampFiles([folder], later())).toBeUndefined();
    expect(stampFiles([join(pipe, 'below')], later())).toBeUndefined();
  });

  test('comes with the whole of it, for which no file is read a second time', async () => {
    const file = write('config', kubeconfig('shop'));
    const anew = await readSummary([file], kept, later());
    const again = await readSummary([file], kept, later());
    expect([...(await again.whole()).users.keys()]).toEqual(['u', 'e']);
    rmSync(file);
    expect((await anew.whole()).users.get('u')?.token).toBe(secret);
  });

  test('leaves nothing behind where it cannot be kept', async () => {
    const file = write('config', kubeconfig('shop'));
    const missing = join(folder, 'missing', 'kubeconfigs.json');
    expect((await readSummary([file], missing, later())).summary.currentContext).toBe('one');
    expect(existsSync(join(folder, 'missing'))).toBe(false);
    // A folder that is no folder stands for one that may not be looked into, which a test of the superuser cannot make.
    expect((await readSummary([file], join(file, 'kubeconfigs.json'), later())).summary.currentContext).toBe('one');
    mkdirSync(kept);
    await namespaceOf([file]);
    expect(existsSync(`${kept}.${process.pid}`)).toBe(false);
    rmSync(kept, { recursive: true });
    chmodSync(folder, 0o500);
    try {
      expect(await namespaceOf([file])).toBe('shop');
    } finally {
      chmodSync(folder, 0o700);
    }
  });

  test('says at any time what the files say', async () => {
    const names = ['a', 'b', 'c'];
    const name = fc.constantFrom(...names);
    const namespace = fc.constantFrom('shop', 'mall', 'yard');
    const steps = fc.oneof(
      fc.record({ do: fc.constant('write' as const), name, namespace }),
      fc.record({ do: fc.constant('replace' as const), name, namespace }),
      fc.record({ do: fc.constant('remove' as const), name }),
      fc.record({ do: fc.constant('swap' as const), name, other: name }),
      fc.record({ do: fc.constant('ask' as const), order: fc.shuffledSubarray(names, { minLength: 1 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (script) => {
        const place = (file: string): string => join(folder, file);
        for (const file of names) write(file, kubeconfig(`first-${file}`));
        for (const step of script) {
          if (step.do === 'write') write(step.name, kubeconfig(step.namespace));
          if (step.do === 'replace') renameSync(write('new', kubeconfig(step.namespace)), place(step.name));
          if (step.do === 'remove') rmSync(place(step.name), { force: true });
          if (step.do === 'swap' && existsSync(place(step.name)) && existsSync(place(step.other))) {
            renameSync(place(step.name), place('aside'));
            if (step.name !== step.other) renameSync(place(step.other), place(step.name));
            renameSync(place('aside'), place(step.other));
          }
          if (step.do !== 'ask') continue;
          const files = step.order.map(place);
          const expected = (() => {
            try {
              return JSON.stringify(summarizeKubeconfig(readKubeconfigFiles(files)));
            } catch (error) {
              return String(error);
            }
          })();
          const said = await readSummary(files, kept, later()).then(({ summary }) => JSON.stringify(summary), String);
          expect(said).toBe(expected);
        }
      }),
      { numRuns: 200 },
    );
  });
});
