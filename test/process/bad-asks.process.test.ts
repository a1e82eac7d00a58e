import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostNavi, type HostedNavi } from '../support/hosted-navi.ts';
import {
  steeringCharacters,
  steeringText,
  syncedNavi,
  type ProgramResult,
  type SyncedNavi,
} from '../support/synced-navi.ts';

/** Longest time for one command (ms), on a machine with much else to do. */
const patienceMs = 60_000;

/** A word beyond all bounds, and a name whose `о` is Cyrillic. */
const huge = 'x'.repeat(100_000);
const lookAlike = 'p\u043Eds';

let navi: SyncedNavi;
let host: HostedNavi;

beforeAll(async () => {
  navi = await syncedNavi();
  host = hostNavi(navi.folder, navi.environment({ NAVI_NOTICE_AFTER: '9h' }));
  await run('filter', 'save', 'restarting', 'pods', '-A');
});

afterAll(async () => {
  await host.stop();
  await navi.remove();
});

async function run(...args: readonly string[]): Promise<ProgramResult> {
  const { stdout, stderr, code, thrown } = await host.run(args, patienceMs);
  expect(thrown).toBeUndefined();
  return { stdout, stderr, code };
}

/** Every text that is wrong somewhere ends so: on stderr alone, in lines of bounded length, steering no terminal. */
function expectTold({ stdout, stderr }: ProgramResult, ...says: readonly RegExp[]): void {
  expect(stdout).toBe('');
  for (const text of says) expect(stderr).toMatch(text);
  expect(stderr).not.toMatch(/\n\s+at |navi has a bug/);
  expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThan(1_100);
}

/** What is wrong, then what is known or what was meant; nothing was run. */
function expectRefused(result: ProgramResult, ...says: readonly RegExp[]): void {
  expectTold(result, /^error: [^A-Z].*[^.]\n( {2}.*\n)+$/, ...says);
  expect(steeringCharacters(result.stderr)).toEqual([]);
  expect(result.code).toBe(2);
}

type Bad = readonly [words: readonly string[], ...says: readonly RegExp[]];

const get: readonly Bad[] = [
  [['pods', '--where', 'cols.STATSU == "x"'], /no column STATSU/, /did you mean STATUS\? columns: NAME, READY, STATUS/],
  [['pods', '--where', 'STATUS == "x"'], /no field STATUS/, /did you mean cols\.STATUS\? columns: NAME, /],
  [['pods', '--where', 'RESTARTZ > 5'], /no field RESTARTZ/, /did you mean cols\.RESTARTS\?/],
  [['pods', '--where', 'cols.NOPE == 1'], /no column NOPE/, /columns: NAME, READY, STATUS/],
  [['pods', '--where', 'metadata.name.startWith("a")'], /no function startWith/, /did you mean startsWith\?/],
  [['pods', '--where', 'status.phase = "x"'], /at character \d+/, /compared with ==/],
  [['pods', '--where', 'metadata.name =='], /at character 17/],
  [['pods', '--where', ''], /--where needs an expression/],
  [['pods', '--where', `${huge} ${huge}`], /--where: .*at character/],
  [['pods', '--where', '('.repeat(100_000)], /--where: /],
  [['pods', '--where', `metadata.name == "${steeringText}`], /--where: /],
  [['pods', '--order-by', 'STATSU'], /no column STATSU/, /did you mean STATUS\? columns: NAME, /],
  [['pods', '--order-by', 'NOMINATD NODE desc'], /no column NOMINATD NODE/, /did you mean NOMINATED NODE\?/],
  [['pods', '--order-by', 'Nope'], /no column Nope/, /columns: NAME, /],
  [['pods', '--order-by', 'metadata.name desk'], /--order-by: .*at character/],
  [['pods', '--order-by', ' '], /--order-by needs an expression/],
  [['pods', '--group-by', 'STATSU'], /no column STATSU/, /did you mean STATUS\?/],
  [['pods', '--group-by', 'cols.STATSU'], /no column STATSU/, /did you mean STATUS\?/],
  [['pods', '--group-by', 'STATUS', '--count'], /--count and --group-by exclude each other/],
  [['pods', '--group-by', 'STATUS', '-o', 'name'], /a table or -o json, not -o name/],
  [['pods', '--limit', 'many'], /--limit takes a whole number, not "many"/],
  [['pods', '--limit', '-1'], /--limit takes a whole number/],
  [['pods', '--offset', '1e3'], /--offset takes a whole number/],
  [['pods', '--max-age', '5'], /"5" is no duration for --max-age/, /30s, or 5m, or 1h30m/],
  [['pods', '--max-age', '2d'], /2d is 48h/],
  [['pods', '-w', '--order-by', 'NAME'], /--watch and --order-by exclude each other/],
  [['pods', '--context', 'simulator', '--all-contexts'], /--context and --all-contexts exclude each other/],
  [['pod/pod-0', '-n', 'a,b'], /one namespace at a time/],
  [['@restartin'], /no filter "restartin"/, /did you mean @restarting\?/, /filters: restarting/],
  [['@nope'], /no filter "nope"/, /filters: restarting/],
  [['@'], /no filter ""/, /filters: restarting/],
  [['@restarting', '@other'], /one filter at a time/],
  [['@restarting', '--filters', '/nowhere/team.toml'], /\/nowhere\/team\.toml/],
  [['pods', '--filters', 'team.toml'], /navi get @NAME --filters FILE/],
];

const object: readonly Bad[] = [
  [['pdo/pod-0'], /no type called "pdo"/, /did you mean pod\?/, /navi types/],
  [[`${lookAlike}/pod-0`], /no type called "p\u043Eds"/, /did you mean pods\?/],
  [['nosuch/pod-0'], /no type called "nosuch"/, /navi types shows every type/],
  [[`${huge}/pod-0`], /no type called "xxx/],
  [[`${steeringText.replaceAll('/', '')}/a`], /no type called/],
  [['pod/'], /./],
  [['/pod-0'], /./],
  [['pod/pod-0/more'], /./],
  [[''], /./],
  [['pod/pod-0', '--nmespace', 'shop'], /unknown flag --nmespace/, /did you mean --namespace\?/],
  [['pod/pod-0', '-o', 'jsno'], /-?-output=jsno/, /did you mean json\?/],
  [['pod/pod-0', '-n', 'a,b'], /-n takes one namespace here, not "a,b"/],
  [['pod/pod-0', '-n', 'a/b'], /invalid namespace "a\/b"/],
  [['pod/pod-0', '--context', 'simulatr'], /context "simulatr" is not in/, /did you mean simulator\?/],
  [['pod/pod-0', '--context', 'nope'], /contexts in .*: simulator/],
  [
    ['pod/pod-0', '--context', 'simulator', '--all-contexts'],
    /--all-contexts and --context exclude each other|--context and --all-contexts/,
  ],
  [['pod/pod-0', '--kubeconfig', '/nowhere'], /\/nowhere/],
];

/** Commands that print a table of what is in namespaces. */
const listing: readonly Bad[] = [
  [['-n', 'a/b'], /invalid namespace "a\/b"/],
  [['-n', ','], /-n names no namespace: ","/],
  [['-n'], /--namespace needs a value/],
  [['-o', 'yaml'], /one of: json, name/],
  [['-o', 'nmae'], /did you mean name\?/],
  [['--colour', 'never'], /did you mean --color\?/],
  [['--color', 'alway'], /did you mean always\?/],
  [['--context', 'simulatr'], /did you mean simulator\?/, /contexts in .*: simulator/],
  [['--all-contexts', '--context', 'simulator'], /exclude each other/],
  [['too-much'], /too-much/],
  [[huge], /xxx/],
];

const questions: Readonly<Record<string, readonly Bad[]>> = {
  get,
  tree: [...object, [['pod', 'a', 'b'], /unexpected argument: b/], [['pod'], /its type and its name/]],
  describe: [
    ...object,
    [[], /needs a type/],
    [['pods', ''], /the name of an object is empty/],
    [['pods', '-l', 'a in (b'], /the label selector cannot be read/, /-l app=web/],
    [['pod/pod-0', '-l', 'a=b'], /exclude each other/],
  ],
  events: [
    ...listing.filter(([[first]]) => first !== '-n'),
    [['-n', 'a,b'], /-n takes one namespace here/],
    [['--for', 'pdo/pod-0'], /did you mean pod\?/],
    [['--for', `${lookAlike}/pod-0`], /did you mean pods\?/],
    [['--for', 'pod-0'], /--for names one object as TYPE\/NAME/, /navi search NAME/],
    [['--for', ''], /--for names one object/],
    [['--for', huge], /--for names one object/],
    [['--types', 'Warnign'], /valid --types are Normal or Warning, not "warnign"/, /did you mean Warning\?/],
    [['--types', 'Error'], /valid --types are Normal or Warning, not "error"/],
    [['--since', ''], /"" is no duration for --since/],
    [['--since', '7d'], /7d is 168h/],
    [['--since', '-5m'], /"-5m" is no duration/],
    [['-w', '-o', 'json'], /exclude each other/],
  ],
  containers: listing,
  images: listing,
  releases: listing,
  certs: [
    ...listing,
    [['--within', '30'], /"30" is no duration for --within/, /1h30m/],
    [['--within', '30d'], /30d is 720h/],
    [['--within', huge], /is no duration/],
  ],
  types: [
    ...listing.filter(([[first]]) => first !== '-n'),
    [['--api-group', 'aps'], /serves no group "aps"/, /did you mean apps\?/],
    [['--api-group', 'nope.example'], /serves no group/, /groups: .*apps/],
  ],
  search: [
    [[], /there is nothing to look for/],
    [['', ' '], /the term is empty/],
    [['kind:pdo', 'web'], /no type called "pdo"/, /did you mean po/],
    [[`kind:${lookAlike}`, 'web'], /did you mean pods\?/],
    [['cluster:simulatro', 'web'], /no context that is asked/, /did you mean cluster:simulator\?/, /asked: simulator/],
    [['-web'], /every word only leaves something out/],
    [['web', '--limit', 'x'], /--limit: expected an integer/],
    [['web', '--limt', '5'], /unknown flag --limt/, /did you mean --limit\?/],
    [['web', '-o', 'josn'], /one of: json, name/, /did you mean json\?/],
    [Array.from({ length: 60 }, (_, at) => `w${at}`), /more than navi looks for/, /at most 50/],
    [['web', '--context', 'simulatr'], /did you mean simulator\?/],
  ],
  filter: [
    [['sav'], /"sav" is no command of navi filter/, /did you mean navi filter save\?/, /commands: delete, export/],
    [['show', 'restartin'], /no filter "restartin"/, /did you mean restarting\?/],
    [['show'], /the argument NAME is missing/],
    [['delete', 'nope'], /no filter "nope"/, /filters: restarting/],
    [['rename', 'restartin', 'x'], /did you mean restarting\?/],
    [['save', 'a b', 'pods'], /cannot be the name of a filter/, /for example restarting/],
    [['save', '', 'pods'], /cannot be the name/],
    [['save', huge, 'pods'], /more than 63 characters/],
    [['save', 'x'], /a filter needs arguments/],
    [['save', 'x', 'pods', '--where', 'metadata.name.startWith("a")'], /did you mean startsWith\?/],
    [['save', 'x', 'pods', '--order-by', 'metadata.name,'], /--order-by needs an expression/, /or a column/],
    [['save', 'x', 'pods', '-w', '--count'], /--watch and --count exclude each other/],
    [['save', 'restarting', 'pods'], /there is a filter "restarting" already/],
    [['list', '-o', 'jsn'], /did you mean json\?/],
    [['import', '/nowhere/team.toml'], /\/nowhere\/team\.toml/],
  ],
  refresh: [
    [[], /navi refresh needs a type/],
    [[''], /the name of the type is empty/],
    [[','], /the name of the type is empty/],
    [['pdos'], /no type called "pdos"/, /did you mean pods\?/],
    [[lookAlike], /did you mean pods\?/],
    [['pods', '--context', 'simulatr'], /did you mean simulator\?/],
    [['pods', '-o', 'jsno'], /did you mean json\?/],
  ],
  verify: [
    [[''], /the name of the type is empty/],
    [['pods,nosuch'], /no type called "nosuch"/],
    [['pdos'], /did you mean pods\?/],
    [['pods', '--contxt', 'a'], /unknown flag --contxt/, /did you mean --context\?/],
  ],
  status: [
    [['pdos'], /no type called "pdos"/, /did you mean pods\?/, /navi status --all/],
    [['--context', 'simulatr'], /did you mean simulator\?/],
  ],
  wait: [
    [['pod/pod-0', '--for=delete', '--timeout=soon'], /"soon" is no duration for --timeout/],
    [['pod/pod-0', '--for=delete', '--timeout=1d'], /1d is 24h/],
    [['pod/pod-0', '--for=delete', '--timeot=1s'], /unknown flag --timeot\n/, /did you mean --timeout\?/],
    [['pod/pod-0', '--for=delete', '--context', 'simulatr'], /did you mean simulator\?/],
    [['pod/pod-0', '--for'], /--for needs a value/],
  ],
};

describe.each(Object.entries(questions))('navi %s', (command, bad) => {
  test('refuses what is wrong with what is known, and what was meant, and runs nothing', async () => {
    const faults: string[] = [];
    for (const [words, ...says] of bad) {
      const result = await run(command, ...words);
      try {
        expectRefused(result, ...says);
      } catch (error) {
        const typed = [command, ...words].map((word) => word.slice(0, 60)).join(' ');
        faults.push(`${typed}: ${String(error).slice(0, 400)}\n${JSON.stringify(result).slice(0, 600)}`);
      }
    }
    expect(faults.join('\n\n')).toBe('');
  });
});

test.each<readonly [line: readonly string[], text: string]>([
  [['get', 'pdos'], `error: the server doesn't have a resource type "pdos"\n`],
  [['get', lookAlike], `error: the server doesn't have a resource type "${lookAlike}"\n`],
  [
    ['get', 'pods', '--context', 'simulatr'],
    'Error in configuration: context was not found for specified context: simulatr\n',
  ],
  [['get', 'pods', '-o', 'jsno'], 'error: unable to match a printer suitable for the output format "jsno"'],
  [['get', 'pods', '--outptu', 'json'], 'error: unknown flag: --outptu\n'],
  [['get', 'pod', ''], 'error: resource name may not be empty\n'],
  [['get'], 'You must specify the type of resource to get.'],
  [['wait', 'pod/pod-0', '--for=condtion=Ready'], 'error: unrecognized condition: "condtion=Ready"\n'],
  [['wait', 'pod/pod-0'], 'error: unrecognized condition: []\n'],
])('what kubectl has words for is said in these, %j', async (line, text) => {
  const result = await run(...line);
  expectTold(result);
  expect(result.stderr.slice(0, text.length)).toBe(text);
  expect(result.code).toBe(1);
});

test.each<readonly [line: readonly string[], says: RegExp]>([
  [
    ['get', 'pods', '--where', 'spec.contaners.size() > 0'],
    /no object .* has a field contaners; did you mean containers\?/,
  ],
  [['get', 'pods', '--where', 'restarts > 5'], /has a field restarts; did you mean cols\.RESTARTS\?/],
  [
    ['search', 'knid:pod'],
    /^nothing found for "knid:pod"\nnavi: knid: is no field; did you mean kind:\? fields: cluster, /,
  ],
  [['search', 'namespace:nowhere'], /did you mean ns:\?/],
])('what may be a slip is said to be one, %j', async (line, says) => {
  const result = await run(...line);
  expectTold(result, says);
  expect(result.code).toBe(0);
});
