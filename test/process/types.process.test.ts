import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

describe('navi types', () => {
  let navi: SyncedNavi;

  beforeAll(async () => {
    navi = await syncedNavi(4);
  });

  afterAll(async () => {
    await navi.remove();
  });

  async function linesOf(...args: readonly string[]): Promise<readonly string[]> {
    const { stdout, stderr, code } = await navi.navi(['types', ...args]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return stdout.trimEnd().split('\n');
  }

  test('tells names, kinds and numbers of objects, and why a type is not mirrored', async () => {
    const lines = await linesOf();
    expect(lines[0]).toMatch(/^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND +OBJECTS +MODE +REASON$/);
    expect(lines).toContainEqual(expect.stringMatching(/^pods +po +v1 +true +Pod +4 +/));
    expect(lines).toContainEqual(expect.stringMatching(/^deployments +deploy +apps\/v1 +true +Deployment +0 +/));
    expect(lines.find((line) => line.startsWith('events '))).toMatch(/ev +v1 +true +Event +1 /);
  });

  test('are those of a group, with or without a namespace', async () => {
    const names = await linesOf('--api-group', 'apps', '-o', 'name');
    expect(names).toContain('deployments.apps');
    expect(names.every((name) => name.endsWith('.apps'))).toBe(true);
    expect(await linesOf('--api-group', '', '--no-namespaced', '-o', 'name')).toContain('nodes');
    const core = await linesOf('--api-group', '', '--namespaced', '-o', 'name');
    expect(core).toContain('pods');
    expect(core).not.toContain('nodes');
  });

  test('of a group that is not served are an error with the one that was meant', async () => {
    expectError(await navi.navi(['types', '--api-group', 'app']), 2, /no group "app"/, /did you mean apps\?/);
  });

  test('of a mirror that does not exist are no empty list', async () => {
    const env = { NAVI_DATA_DIR: `${navi.folder}/never` };
    expectError(await navi.navi(['types'], env), 6, /is not mirrored yet/, /navi sync/);
  });
});
