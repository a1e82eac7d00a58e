import { sqliteVersion } from '../../store/open-handle.ts';
import { buildInfo } from '../../util/build-info.ts';
import { good, type Finding } from './finding.ts';

/** What runs; older versions of Node do not come this far. */
export function checkProgram(): readonly Finding[] {
  const { version, commit } = buildInfo;
  const build = commit === '' ? version : `${version} (${commit})`;
  return [
    good(
      'navi',
      `${build} on Node ${process.versions.node}, SQLite ${sqliteVersion()}, ${process.platform}-${process.arch}`,
    ),
  ];
}
