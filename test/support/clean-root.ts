import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { runProgram, type ProgramResult } from './synced-navi.ts';

/** What the smallest image of a distribution has, as far as anybody would type it. It has no ps, git, mandoc, curl or certificates. */
const programs = ['bash', 'cat', 'chmod', 'cp', 'env', 'find', 'grep', 'id', 'ls', 'mkdir', 'mv', 'rm', 'sh', 'uname'];

const devices = ['null', 'zero', 'random', 'urandom'];

/** Mounts what the kernel gives to each container, then waits in it until its input ends. */
const holder = `set -e
mount --make-rprivate /
for device in ${devices.join(' ')}; do mount --bind "/dev/$device" "$1/dev/$device"; done
mount -t proc proc "$1/proc"
exec chroot "$1" /bin/sh -c 'echo ready; read -r _ || true'`;

/**
 * The file system of a small container with nothing but Node and npm, put together from this machine's own files, and processes in it
 * that see nothing else of this machine than its network and the kernel. Linux; needs a mount namespace, as root or as a user.
 */
export class CleanRoot {
  /** Where it lies on this machine. */
  readonly folder: string;
  readonly #holder: ChildProcess;
  readonly #pid: number;

  private constructor(folder: string, holding: ChildProcess, pid: number) {
    this.folder = folder;
    this.#holder = holding;
    this.#pid = pid;
  }

  /** @param folder is made */
  static async start(folder: string): Promise<CleanRoot> {
    assemble(folder);
    const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const words = [...own, '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', holder, 'sh', folder];
    const holding = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'pipe'] });
    const errors: Buffer[] = [];
    holding.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const isReady = await Promise.race([
      once(holding.stdout, 'data').then(() => true),
      once(holding, 'close').then(() => false),
    ]);
    if (!isReady) throw new Error(`no container could be made: ${Buffer.concat(errors).toString()}`);
    const children = readFileSync(`/proc/${holding.pid}/task/${holding.pid}/children`, 'utf8');
    return new CleanRoot(folder, holding, Number(children.trim()));
  }

  /** Runs a program there to its end. @param env all that it has */
  run(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ProgramResult> {
    const own = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
    const into = [`--target=${this.#pid}`, ...own, '--mount', '--pid', '--root', '--wd'];
    return runProgram('nsenter', [...into, ...command], { PATH: '/usr/local/bin:/usr/bin:/bin', ...env });
  }

  /** Its files and folders by their paths, in order, those of bytes with how many; without what the kernel gives. */
  files(): readonly string[] {
    const found: string[] = [];
    const waiting = [''];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const here = path;
      const state = lstatSync(join(this.folder, path));
      if (path !== '') found.push(state.isFile() ? `${path} ${state.size}` : path);
      if (['/proc', '/dev'].includes(path) || !state.isDirectory()) continue;
      waiting.push(...readdirSync(join(this.folder, path)).map((name) => `${here}/${name}`));
    }
    return found.toSorted();
  }

  /** Ends every process in it. Its files stay. */
  async stop(): Promise<void> {
    const ended = once(this.#holder, 'close');
    this.#holder.stdin?.end();
    await ended;
  }
}

function assemble(root: string): void {
  const folders = [
    'bin',
    'usr/bin',
    'usr/local/bin',
    'usr/local/lib/node_modules',
    'dev',
    'proc',
    'tmp',
    'root',
    'etc',
  ];
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  execFileSync('chmod', ['1777', join(root, 'tmp')]);
  for (const device of devices) closeSync(openSync(join(root, 'dev', device), 'w'));
  symlinkSync('/proc/self/fd', join(root, 'dev/fd'));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
  for (const program of programs) install(root, onPath(program), join('bin', program));
  symlinkSync('/bin/env', join(root, 'usr/bin/env'));
  install(root, process.execPath, 'usr/local/bin/node');
  // npm/bin/npm-cli.js, wherever that is.
  const npm = dirname(dirname(realpathSync(onPath('npm'))));
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
}

/** A program of this machine with the libraries that it is linked with, at the same places. */
function install(root: string, program: string, path: string): void {
  cpSync(realpathSync(program), join(root, path));
  const linked = execFileSync('ldd', [program], { encoding: 'utf8' });
  for (const [library = ''] of linked.matchAll(/\/\S+(?= \(0x)/g)) {
    const copy = join(root, library);
    if (existsSync(copy)) continue;
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(realpathSync(library), copy);
  }
}

function onPath(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${basename(program)} is not on the path`);
  return found;
}
