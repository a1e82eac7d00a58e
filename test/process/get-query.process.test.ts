import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { steeringCharacters, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const podCount = 60;

let navi: SyncedNavi;

beforeAll(async () => {
  navi = await syncedNavi(podCount);
});

afterAll(async () => {
  await navi.remove();
});

/** Lines of stdout of a `get` that is well. */
async function get(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr, code } = await navi.ask(['get', ...args]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout.trimEnd().split('\n');
}

const allPods = Array.from({ length: podCount }, (_, index) => `pod/pod-${index}`);

describe('--where', () => {
  test('prints what matches, in each format', async () => {
    expect(await get('pods', '-o', 'name', '--where', 'metadata.name == "pod-7"')).toEqual(['pod/pod-7']);
    const table = await get('pods', '--where', 'metadata.name in ["pod-7", "pod-8"]');
    expect(table).toHaveLength(3);
    expect(table[0]).toMatch(/^NAME +READY +STATUS/);
    const { items } = JSON.parse(
      (await get('pods', '-o', 'json', '--where', 'metadata.name.endsWith("-3")')).join('\n'),
    ) as {
      items: { metadata: { name: string } }[];
    };
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['pod-3']);
  });

  test('asks fields, columns and what the mirror knows, and finds the same by each', async () => {
    const images = await get(
      'pods',
      '-o',
      'name',
      '--where',
      'spec.containers.exists(c, c.image.contains("checkout"))',
    );
    expect(images.length).toBeGreaterThan(1);
    expect(images.length).toBeLessThan(podCount);
    const all = await get(
      'pods',
      '-o',
      'name',
      '--where',
      'cols.STATUS != "" && age >= duration("0s") && changedAt > timestamp("2020-01-01T00:00:00Z")',
    );
    expect(new Set(all)).toEqual(new Set(allPods));
    expect(await get('pods', '-o', 'name', '--where', 'cluster == "simulated" || kind == "Pod"')).toHaveLength(
      podCount,
    );
  });

  test.each([
    ['metadata.name.matches("^(?i:POD)-[34]$")', ['pod/pod-3', 'pod/pod-4']],
    ['metadata.`name` == "pod-5" && has(spec.containers[0].image)', ['pod/pod-5']],
    ['spec.containers.exists(i, c, i == 0 && c.image != "") && metadata.name == "pod-6"', ['pod/pod-6']],
    ['sets.contains(["pod-7", "pod-8"], [metadata.name])', ['pod/pod-7', 'pod/pod-8']],
  ])('knows what Kubernetes knows in expressions: %s', async (where, expected) => {
    expect(await get('pods', '-o', 'name', '--where', where)).toEqual(expected);
  });

  test('takes a lacking field for no match, in silence', async () => {
    const { stdout, stderr, code } = await navi.ask(['get', 'pods', '--where', 'metadata.deletionTimestamp != ""']);
    expect({ stdout, stderr, code }).toEqual({
      stdout: '',
      stderr: 'No resources found in default namespace.\n',
      code: 0,
    });
  });

  test('goes with selectors, several types, and one object', async () => {
    expect(await get('pods,configmaps', '-A', '-o', 'name', '--where', 'metadata.namespace == "shop"')).toEqual([
      'configmap/in-shop',
    ]);
    expect(await get('pods', '--field-selector', 'metadata.name=pod-1', '-o', 'name', '--where', 'true')).toEqual([
      'pod/pod-1',
    ]);
    expect(await get('pod', 'pod-1', '-o', 'name', '--where', 'metadata.name == "pod-1"')).toEqual(['pod/pod-1']);
    const none = await navi.ask(['get', 'pod', 'pod-1', '--where', 'metadata.name == "pod-2"']);
    expect(none).toMatchObject({ stdout: '', code: 0 });
  });

  test('goes with --sort-by, with manifests, and with objects that no store has', async () => {
    const sorted = await get(
      'pods',
      '-o',
      'name',
      '--where',
      'metadata.name.size() == 5',
      '--sort-by',
      '.metadata.name',
    );
    expect(sorted).toEqual(allPods.slice(0, 10));
    const manifest = navi.file(
      'pods.yaml',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: pod-3}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: pod-4}\n',
    );
    expect(await get('-f', manifest, '-o', 'name', '--where', 'metadata.name == "pod-4"')).toEqual(['pod/pod-4']);
  });

  test('says how many objects it could not be asked of', async () => {
    const { stdout, stderr, code } = await navi.ask([
      'get',
      'pods',
      '-o',
      'name',
      '--where',
      'metadata.name == "pod-1" ? true : int(metadata.name) > 3',
    ]);
    expect({ stdout, code }).toEqual({ stdout: 'pod/pod-1\n', code: 0 });
    expect(stderr).toMatch(/^navi: 59 objects do not count because --where fails there: .*, at character \d+\n$/);
  });

  test.each([
    ['', /needs an expression/],
    ['status.phase ==', /at character 16\n.*\n/],
    ['status.phase = "Running"', /two values are compared with ==/],
    ['a and b', /CEL has &&/],
    ['metadata.name', /not true or false|not bool/],
    ['"text"', /of type string, not bool/],
    [
      'cols.STATSU == "x"',
      /there is no column STATSU, at character 1\n.*\n.*\n {2}did you mean STATUS\? columns: NAME, /,
    ],
    ['cols["nope"] == "x"', /there is no column nope/],
    ['cols == "x"', /cols needs a column/],
    ['quantiti("1") == 1', /there is no function quantiti, at character 1\n.*\n.*\n {2}did you mean quantity\?/],
    ['metadata.name > 3', /no such overload/],
    ['int(metadata.name) > 3', /"pod-\d+" is no integer, at character 1/],
    ['has(metadata.labels["a"])', /has\(\) takes a field/],
    [`"\u001B[31m" == `, /at character/],
    ['('.repeat(300), /at character/],
  ])('says what is wrong with %s', async (where, says) => {
    const result = await navi.ask(['get', 'pods', '--where', where]);
    expect(result).toMatchObject({ stdout: '', code: 2 });
    expect(result.stderr).toMatch(/^error: /);
    expect(result.stderr).toMatch(says);
    expect(steeringCharacters(result.stderr)).toEqual([]);
  });
});

describe('a field that no object has', () => {
  test.each([
    ['spec.contaners.size() == 2', 'contaners', 'containers'],
    ['spec.contaners == "nowhere"', 'contaners', 'containers'],
    ['spc.containers.size() == 2', 'spc', 'spec'],
    ['spec.containers.exists(c, c.imagee == "nowhere")', 'imagee', 'image'],
  ])('may be a slip, and is said to be in %s', async (where, name, meant) => {
    const { stdout, stderr, code } = await navi.ask(['get', 'pods', '--where', where]);
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(stderr).toContain(`navi: no object that was looked at has a field ${name}; did you mean ${meant}?\n`);
  });

  test.each([
    'metadata.labels.ap == "x"',
    'spec.containers[9].image == "x"',
    'owner.kind == "Job"',
    'metadata.deletionTimestamp != ""',
    'metadata.ownerReferences.exists(o, o.kind == "Job")',
  ])('is nothing to talk of in %s', async (where) => {
    const { stdout, stderr, code } = await navi.ask(['get', 'pods', '--where', where]);
    expect({ stdout, stderr, code }).toEqual({
      stdout: '',
      stderr: 'No resources found in default namespace.\n',
      code: 0,
    });
  });
});

describe('--order-by, --limit and --offset', () => {
  test('put objects in order by columns, fields and quantities', async () => {
    const byNumber = await get('pods', '-o', 'name', '--order-by', 'int(metadata.name.substring(4)) desc');
    expect(byNumber).toEqual(allPods.toReversed());
    const byColumn = await get('pods', '-o', 'name', '--order-by', 'name desc');
    expect(byColumn).toEqual(allPods.toSorted().reverse());
    const byTwo = await get('pods', '-o', 'name', '--order-by', 'cols.STATUS, metadata.name.size() desc, NAME');
    expect(byTwo.slice(0, 1)).toEqual(['pod/pod-10']);
    const bodies = JSON.parse(
      (await get('pods', '-o', 'json', '--order-by', 'NAME desc', '--limit', '1')).join('\n'),
    ) as {
      items: { metadata: { name: string }; spec: object }[];
    };
    expect(bodies.items.map(({ metadata }) => metadata.name)).toEqual(['pod-9']);
    expect(bodies.items[0]?.spec).toBeDefined();
  });

  test('give pages that neither repeat nor skip', async () => {
    for (const order of [[], ['--order-by', 'cols.STATUS']]) {
      const pages: string[] = [];
      for (let offset = 0; offset < podCount; offset += 25) {
        pages.push(...(await get('pods', '-o', 'name', ...order, '--limit', '25', '--offset', String(offset))));
      }
      expect(pages.toSorted()).toEqual(allPods.toSorted());
    }
    expect(await navi.ask(['get', 'pods', '--offset', '1000'])).toMatchObject({ stdout: '', code: 0 });
    expect(await navi.ask(['get', 'pods', '--limit', '0', '-o', 'name'])).toMatchObject({ stdout: '', code: 0 });
  });

  test('end early where a filter reads as well, over several types', async () => {
    for (const limit of ['0', '1', '3']) {
      for (const output of ['name', 'json', 'wide']) {
        const result = await navi.ask(['get', 'pods,cm', '-A', '--where', 'true', '--limit', limit, '-o', output]);
        expect(result).toMatchObject({ code: 0 });
      }
    }
    expect(await get('pods,cm', '-A', '--where', 'kind == "ConfigMap"', '--limit', '1', '-o', 'name')).toHaveLength(1);
  });

  test('take long lists of values', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => JSON.stringify(`pod-${index}`)).join(', ');
    for (const path of ['metadata.name', 'metadata.labels.app', 'status.phase', 'spec.hostname', 'cols.STATUS']) {
      const result = await navi.ask(['get', 'pods', '-o', 'name', '--where', `${path} in [${many}]`]);
      expect(result.code).toBe(0);
      if (path === 'metadata.name') expect(result.stdout.trim().split('\n')).toHaveLength(podCount);
    }
  });

  test('ask for the type of events, and for a column as text and as a number at once', async () => {
    expect(await get('events', '-A', '-o', 'name', '--where', 'type == "Warning"')).toEqual(['event/evil']);
    const both = await get('pods', '-o', 'name', '--where', 'cols.RESTARTS >= 0 && cols.RESTARTS != "x"');
    expect(both).toHaveLength(podCount);
  });

  test('order addresses by number, and take an optional of none for none', async () => {
    const order = ['--order-by', 'ip("10.0.0." + metadata.name.substring(4))'];
    expect((await get('pods', '-o', 'name', ...order)).slice(0, 3)).toEqual(['pod/pod-0', 'pod/pod-1', 'pod/pod-2']);
    expect(await get('pods', '--group-by', 'metadata.labels.?none')).toEqual(['COUNT   VALUE', '60      <none>']);
    expect(await get('pods', '--group-by', 'metadata.name', '--limit', '2', '--offset', '1')).toHaveLength(3);
    expect(await get('pods', '--count', '--limit', '5')).toEqual(['60']);
  });

  test('count what matches, and by value', async () => {
    expect(await get('pods', '--count')).toEqual([String(podCount)]);
    expect(await get('pods', '--count', '--where', 'metadata.name == "nobody"')).toEqual(['0']);
    const groups = await get('pods', '--group-by', 'spec.containers.size()');
    expect(groups[0]).toMatch(/^COUNT +VALUE$/);
    expect(groups).toContainEqual(expect.stringMatching(/^60 +2$/));
    const byType = JSON.parse((await get('pods,cm', '-A', '--group-by', 'kind', '-o', 'json')).join('\n')) as object;
    expect(byType).toMatchObject({
      groupBy: 'kind',
      groups: [{ value: 'Pod', count: podCount }, { value: 'ConfigMap' }],
    });
  });

  test('count, group and order by columns only what --where leaves', async () => {
    // Each is judged otherwise: by its row, and by its body.
    for (const where of ['cols.NAME.endsWith("3")', 'metadata.name.endsWith("3")']) {
      expect(await get('pods', '--count', '--where', where)).toEqual(['6']);
      const { count } = JSON.parse(
        (await get('pods', '--group-by', 'STATUS', '-o', 'json', '--where', where)).join('\n'),
      ) as { readonly count: number };
      expect(count).toBe(6);
      const ordered = ['pod/pod-53', 'pod/pod-43', 'pod/pod-33', 'pod/pod-3', 'pod/pod-23', 'pod/pod-13'];
      expect(await get('pods', '-o', 'name', '--order-by', 'NAME desc', '--where', where)).toEqual(ordered);
    }
  });

  test.each([
    [['--limit', '-1'], /--limit takes a whole number/],
    [['--offset', 'x'], /--offset takes a whole number/],
    [['--order-by', ''], /--order-by needs an expression/],
    [['--order-by', 'nope('], /--order-by: /],
    [['--group-by', 'cols.STATSU'], /did you mean STATUS/],
    [['--count', '--group-by', 'kind'], /exclude each other/],
    [['--count', '-o', 'yaml'], /print a table or -o json/],
    [['--sort-by', '.metadata.name', '--limit', '3'], /--sort-by and --limit exclude each other/],
    [['--where', 'metadata.name.find("[") == ""'], /"\[" is no pattern: missing closing \], at character/],
    [['--where', 'quantity("1e2000000000").add(quantity("1")).sign() == 1'], /too far apart/],
  ])('%j is refused with a way out', async (flags, says) => {
    const result = await navi.ask(['get', 'pods', ...flags]);
    expect(result).toMatchObject({
      stdout: '',
      code: 2,
      stderr: expect.stringMatching(/^error: .*\n( {2}.*\n)+$/) as string,
    });
    expect(result.stderr).toMatch(says);
  });
});

test('--raw has no objects to ask', async () => {
  const result = await navi.ask(['get', '--raw', '/api', '--where', 'true']);
  expect(result).toMatchObject({ stdout: '', code: 2 });
  expect(result.stderr).toMatch(/^error: --raw and --where exclude each other\n/);
});

test('--explain tells what the store looks up, what is judged, and the query plan', async () => {
  const lines = await get('pods', '--where', 'status.phase == "Running" && cols.RESTARTS > 5', '--explain');
  expect(lines).toEqual([
    'pods',
    '  looked up: status.phase == "Running"',
    '  looked up: cols.RESTARTS > 5',
    '  judged:    status.phase == "Running" && cols.RESTARTS > 5, for each of these, with its body',
    expect.stringContaining('plan:      SEARCH object USING'),
    ...lines.slice(5),
  ]);
  expect(lines.some((line) => line.includes('object_term_by_term'))).toBe(true);
});
