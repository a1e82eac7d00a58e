import { chmodSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../core/counted.ts';
import { sizeText } from '../../core/size-text.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { checkPrivate, dataDirectory, lockFile, mirrorsDirectory, userFile } from '../../store/data-directory.ts';
import { storedMirrors } from '../mirrors/stored-mirrors.ts';
import { readFilters } from '../filter/user-filters.ts';
import { fault, faultOf, good, warning, type Finding } from './finding.ts';

/** Less room than this (bytes) does not last long beside a cluster that changes. */
const leastFreeBytes = 1024 ** 3;

/**
 * File systems on which SQLite's write-ahead log cannot be shared (https://sqlite.org/wal.html, "Disadvantages"): f_type of
 * statfs(2) of NFS, CIFS, SMB2, AFS, 9P and Ceph.
 */
const networkTypes: ReadonlySet<number> = new Set([0x6969, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997, 0x00c36400]);

/** The data directory, its disk, and what lies in it. */
export function checkStore(env: NodeJS.ProcessEnv): readonly Finding[] {
  const dataDir = dataDirectory(env);
  const exposed = [dataDir, mirrorsDirectory(dataDir)].flatMap((path) => privacy(path, 'directory'));
  if (exposed.length > 0) return exposed;
  if (statSync(dataDir, { throwIfNoEntry: false }) === undefined)
    return [good('data directory', `${dataDir} is not there yet: navi sync makes it`)];
  const files = [userFile(dataDir), lockFile(dataDir), join(dataDir, 'kubeconfigs.json')];
  const exposedFiles = files.flatMap((path) => privacy(path, 'file'));
  const findings = [good('data directory', dataDir), ...exposedFiles, ...checkDisk(dataDir), ...checkMirrors(dataDir)];
  return exposedFiles.length > 0 ? findings : [...findings, ...checkUserStore()];
}

/** Modes of navi's own files are navi's to mend, owners and links are not. */
function privacy(path: string, kind: 'directory' | 'file'): readonly Finding[] {
  try {
    checkPrivate(path, kind);
    return [];
  } catch (error) {
    const isMode =
      error instanceof NaviError && /\(mode \d+\)$/.test(error.message) && (statSync(path).mode & 0o1000) === 0;
    return [faultOf(kind, error, isMode ? () => chmodSync(path, kind === 'directory' ? 0o700 : 0o600) : undefined)];
  }
}

function checkDisk(dataDir: string): readonly Finding[] {
  const { bavail, bsize, type } = statfsSync(dataDir);
  const freeBytes = bavail * bsize;
  const findings =
    freeBytes < leastFreeBytes
      ? [
          warning('disk', `only ${sizeText(freeBytes)} are free`, [
            'navi mirrors list shows what takes room',
            'navi config set retention.history_size 128Mi keeps less',
          ]),
        ]
      : [good('disk', `${sizeText(freeBytes)} are free`)];
  if (!networkTypes.has(type)) return findings;
  const hint = 'choose a folder of a local disk with NAVI_DATA_DIR';
  return [
    ...findings,
    fault(
      'disk',
      'NAVI_STORE_UNUSABLE',
      'the data directory lies on a network file system, where SQLite cannot share its log',
      [hint],
    ),
  ];
}

function checkMirrors(dataDir: string): readonly Finding[] {
  const mirrors = storedMirrors(dataDir);
  const findings = mirrors.map(({ id, directory, sizeBytes, facts }): Finding => {
    const exposed =
      privacy(directory, 'directory')[0] ??
      readdirSync(directory).flatMap((name) => privacy(join(directory, name), 'file'))[0];
    if (exposed !== undefined) return { ...exposed, subject: `mirror ${id}` };
    if (facts instanceof NaviError) return faultOf(`mirror ${id}`, facts);
    const name = oneLine(facts.context);
    return good(`mirror ${name}`, `${counted(facts.objectCount, 'object')}, ${sizeText(sizeBytes)}, ${id}`);
  });
  const aside = mirrors.flatMap(({ directory }) =>
    readdirSync(directory).filter((name) => /\.corrupt-\d+$/.test(name)),
  );
  if (aside.length === 0) return findings;
  return [
    ...findings,
    warning(
      'mirrors',
      `${aside.length === 1 ? 'a damaged store was' : `${aside.length} damaged stores were`} set aside`,
      ['is the disk well? dmesg and smartctl tell', `they lie in ${mirrorsDirectory(dataDir)}`],
    ),
  ];
}

function checkUserStore(): readonly Finding[] {
  try {
    const count = readFilters((filters) => filters.names()).length;
    return [good('user.db', counted(count, 'saved filter'))];
  } catch (error) {
    return [faultOf('user.db', error)];
  }
}
