import { spawnSync } from 'node:child_process';

/**
 * The rows of a statement, by the views of `navi sql`, which stay what they are; see navi-store(5). What navi says of its age goes to stderr.
 * @param {string} statement
 * @param {Record<string, string>} [params]
 * @returns {Record<string, string | number>[]}
 */
export function ask(statement, params = {}) {
  const named = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  // Run by this Node, since on Windows NAVI_BIN is no program of its own.
  const { stdout, status } = spawnSync(
    process.execPath,
    [process.env.NAVI_BIN, 'sql', '-o', 'json', ...named, statement],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 ** 2,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  // It has said why.
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(stdout).rows;
}
