import {
  chmodSync,
  chownSync,
  cpSync,
  globSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const words = 'what the victim wrote\n';

let synced: SyncedNavi;
let victim: string;

beforeAll(async () => {
  synced = await syncedNavi();
  victim = synced.file('victim', words);
  chmodSync(victim, 0o600);
});
afterAll(() => synced.remove());

/** A data directory of its own, with or without the mirror. */
function dataDirectory(name: string, { isEmpty = false } = {}): { readonly dataDir: string; readonly mirror: string } {
  const dataDir = join(synced.folder, name);
  if (isEmpty) mkdirSync(dataDir, { mode: 0o700 });
  else cpSync(synced.dataDir, dataDir, { recursive: true });
  const [original = ''] = globSync(join(synced.dataDir, 'mirrors', '*', 'mirror.db'));
  const mirror = original.replace(synced.dataDir, dataDir);
  mkdirSync(dirname(mirror), { recursive: true, mode: 0o700 });
  for (const path of [dataDir, join(dataDir, 'mirrors'), dirname(mirror)]) chmodSync(path, 0o700);
  return { dataDir, mirror };
}

const untouched = (): void => {
  expect(readFileSync(victim, 'utf8')).toBe(words);
  expect(lstatSync(victim).mode & 0o777).toBe(0o600);
};

/** Ends the daemon of a data directory, if one runs. */
const stop = async (env: NodeJS.ProcessEnv): Promise<void> => void (await synced.navi(['stop'], env));

describe('what navi makes', () => {
  test('is for this user alone, whatever the umask is', async () => {
    const { dataDir } = dataDirectory('modes', { isEmpty: true });
    rmSync(dataDir, { recursive: true });
    const runtime = join(synced.folder, 'runtime');
    mkdirSync(runtime, { mode: 0o700 });
    for (const env of [{ NAVI_DATA_DIR: dataDir }, { NAVI_DATA_DIR: dataDir, XDG_RUNTIME_DIR: runtime }]) {
      const started = await synced.shell('umask 000; navi sync --detach', env);
      try {
        expect(started).toMatchObject({ code: 0 });
        const paths = [dataDir, ...globSync(`${dataDir}/**/*`), ...globSync(`${runtime}/**/*`)];
        const open = paths.filter((path) => (lstatSync(path).mode & 0o077) !== 0);
        expect(open).toEqual([]);
        for (const name of ['daemon.log', 'lock.db', 'mirror.db', 'mirror.db-wal', '.sock'])
          expect(
            paths.some((path) => path.endsWith(name)),
            `${name} in ${paths.join(' ')}`,
          ).toBe(true);
      } finally {
        await stop(env);
      }
    }
  });
});

describe('a link that lies where navi writes', () => {
  type Plant = (path: string) => void;
  const symbolic: Plant = (path) => symlinkSync(victim, path);
  const dangling: Plant = (path) => symlinkSync(join(synced.folder, 'to-be-made'), path);
  const hard: Plant = (path) => linkSync(victim, path);

  const plants: Readonly<Record<string, Plant>> = { symbolic, dangling, hard };

  test.each<[string, string, Plant]>([
    ['symbolic', 'mirror.db', symbolic],
    ['dangling', 'mirror.db', dangling],
    ['hard', 'mirror.db', hard],
    ['symbolic', 'lock.db', symbolic],
    ['dangling', 'lock.db', dangling],
    ['hard', 'lock.db', hard],
  ])('is refused: a %s one in place of %s', async (what, name, plant) => {
    const { dataDir, mirror } = dataDirectory(`${what}-${name}`, { isEmpty: true });
    plant(name === 'mirror.db' ? mirror : join(dataDir, name));
    const refused = await synced.navi(['sync', '--once'], { NAVI_DATA_DIR: dataDir });
    expectError(refused, 7, /is a symbolic link|has 2 names \(hard links\)/);
    if (name === 'mirror.db') {
      const read = await synced.navi(['get', 'pods'], { NAVI_DATA_DIR: dataDir });
      expectError(read, 7, /is a symbolic link|has 2 names \(hard links\)/);
    }
    untouched();
    expect(globSync(join(synced.folder, 'to-be-made'))).toEqual([]);
    rmSync(dataDir, { recursive: true });
  });

  test.each(['symbolic', 'dangling', 'hard', 'pipe'])('is refused in place of the log: %s', async (what) => {
    const { dataDir } = dataDirectory(`log-${what}`);
    const log = join(dataDir, 'daemon.log');
    if (what === 'pipe') await synced.shell(`mkfifo '${log}'`);
    else plants[what]?.(log);
    const env = { NAVI_DATA_DIR: dataDir };
    expectError(await synced.navi(['sync', '--detach'], env), 7, /daemon\.log (is|has) /);
    untouched();
    expect(globSync(join(synced.folder, 'to-be-made'))).toEqual([]);
    rmSync(dataDir, { recursive: true });
  });

  test.each(['-wal', '-shm'])('is not followed in place of mirror.db%s', async (suffix) => {
    const { dataDir, mirror } = dataDirectory(`beside${suffix}`);
    rmSync(mirror + suffix, { force: true });
    symbolic(mirror + suffix);
    const { code, stderr } = await synced.navi(['sync', '--once'], { NAVI_DATA_DIR: dataDir });
    expect({ code, stderr }).toMatchObject({ code: expect.toSatisfy((told) => told === 0 || told === 7) as number });
    untouched();
    rmSync(dataDir, { recursive: true });
  });

  test.each(['mirrors', 'the folder of a mirror'])('is refused in place of %s', async (what) => {
    const { dataDir, mirror } = dataDirectory(`folder-${what.length}`);
    const folder = what === 'mirrors' ? join(dataDir, 'mirrors') : dirname(mirror);
    const elsewhere = join(synced.folder, `elsewhere-${what.length}`);
    mkdirSync(elsewhere, { mode: 0o700 });
    rmSync(folder, { recursive: true });
    symlinkSync(elsewhere, folder);
    for (const args of [['sync', '--once'], ['status']])
      expectError(await synced.navi(args, { NAVI_DATA_DIR: dataDir }), 7, /is a symbolic link/);
    expect(globSync(join(elsewhere, '*'))).toEqual([]);
    rmSync(dataDir, { recursive: true });
  });

  test.each(['symbolic', 'hard', 'folder'])('is not followed in place of the socket: %s', async (what) => {
    const { dataDir } = dataDirectory(`socket-${what}`);
    const path = join(dataDir, 'control.sock');
    if (what === 'folder') mkdirSync(path);
    else plants[what]?.(path);
    const env = { NAVI_DATA_DIR: dataDir };
    const started = await synced.navi(['sync', '--detach'], env);
    if (what === 'folder')
      expect(started).toMatchObject({ code: expect.toSatisfy((told) => told === 5 || told === 7) as number });
    else expect(started).toMatchObject({ code: 0 });
    expect(started.stderr).not.toContain('navi has a bug');
    await stop(env);
    untouched();
    rmSync(dataDir, { recursive: true });
  });
});

describe('the folder of the socket', () => {
  /** So long that the socket lies in a folder for temporary files, where everybody may make one. */
  const longName = `l${'o'.repeat(100)}ng`;
  const temporary = (name: string) => {
    const TMPDIR = join(synced.folder, name);
    mkdirSync(TMPDIR, { mode: 0o700 });
    const NAVI_DATA_DIR = join(synced.folder, longName);
    return { env: { TMPDIR, NAVI_DATA_DIR }, folder: join(TMPDIR, `navi-${process.getuid?.()}`) };
  };
  const commands = [
    ['sync', '--detach'],
    ['sync', '--once'],
    ['get', 'pods', '--max-age', '1s'],
    ['get', 'pods', '-w'],
    ['stop'],
  ];

  beforeAll(() => {
    dataDirectory(longName);
  });

  test.each([
    ['open to others', /is open to other users \(mode 777\)/],
    ['a link', /is a symbolic link/],
    ['of another user', isRoot ? /belongs to user 65534, not to you/ : /is open to other users/],
  ])('is refused by daemon and commands where it is %s', async (what, says) => {
    const { env, folder } = temporary(`tmp-${what.replaceAll(' ', '-')}`);
    if (what === 'a link') symlinkSync(synced.folder, folder);
    else mkdirSync(folder);
    if (what !== 'a link') chmodSync(folder, 0o777);
    if (what === 'of another user' && isRoot) chownSync(folder, nobody, nobody);
    for (const args of commands) expectError(await synced.navi(args, env), 7, says);
  });

  test('lets nobody in but this user', async () => {
    const { dataDir } = dataDirectory('private');
    const env = { NAVI_DATA_DIR: dataDir };
    expect(await synced.navi(['sync', '--detach'], env)).toMatchObject({ code: 0 });
    try {
      const socket = join(dataDir, 'control.sock');
      expect(lstatSync(socket).mode & 0o777).toBe(0o600);
      expect(lstatSync(dataDir).mode & 0o777).toBe(0o700);
      if (!isRoot) return;
      chmodSync(synced.folder, 0o711);
      const program = `require('node:net').connect(${JSON.stringify(socket)}).on('connect', () => console.log('in')).on('error', (e) => console.log(e.code))`;
      const as = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups'];
      const { stdout } = await synced.execute('setpriv', [...as, 'env', 'HOME=/', process.execPath, '-e', program]);
      expect(stdout).toBe('EACCES\n');
    } finally {
      await stop(env);
    }
  });

  test('is not spoken into where it belongs to another user, whoever listens there', async () => {
    const { env, folder } = temporary('impostor');
    mkdirSync(folder, { mode: 0o777 });
    chmodSync(folder, 0o777);
    const said: string[] = [];
    const server = createServer((socket) => socket.on('data', (bytes) => said.push(bytes.toString())));
    const { controlSocketPath } = await import('../../src/control/socket-path.ts');
    const path = controlSocketPath(env.NAVI_DATA_DIR, {}).split('/').at(-1) ?? '';
    // The path is too long for a socket elsewhere, too: it is made by its name.
    const before = process.cwd();
    process.chdir(folder);
    await new Promise<void>((resolve) => server.listen(path, () => resolve()));
    process.chdir(before);
    try {
      expectError(await synced.navi(['get', 'pods', '--max-age', '1s'], env), 7, /is open to other users/);
      expect(said).toEqual([]);
    } finally {
      server.close();
    }
  });
});

test('a core dump of the daemon, and of what it starts, has no memory in it', async () => {
  const { dataDir } = dataDirectory('dump');
  const env = { NAVI_DATA_DIR: dataDir };
  const { stderr } = await synced.navi(['sync', '--detach'], env);
  try {
    const pid = /pid (\d+)/.exec(stderr)?.[1] ?? '';
    if (process.platform === 'linux')
      expect(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8').trim()).toBe('00000000');
    const { KUBECONFIG: _kubeconfig, ...told } = synced.environment(env);
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\u0000')
      .filter((line) => line !== '');
    expect(environment.filter((line) => line.includes('token'))).toEqual([]);
    const added = environment.map((line) => line.split('=', 1)[0] ?? '').filter((name) => !(name in told));
    expect(added.sort()).toEqual([
      'KUBECONFIG',
      'MALLOC_ARENA_MAX',
      'MALLOC_MMAP_THRESHOLD_',
      'MALLOC_TRIM_THRESHOLD_',
    ]);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('token');
  } finally {
    await stop(env);
  }
});
