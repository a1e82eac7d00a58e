import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { demoGuide } from '../../src/demo/demo-guide.ts';

describe('demoGuide', () => {
  const folder = mkdtempSync(join(tmpdir(), 'navi-guide-'));
  const file = join(folder, 'run.js');
  writeFileSync(file, '');
  symlinkSync(file, join(folder, 'navi'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('quotes what a shell would take apart', () => {
    const guide = demoGuide({
      file,
      env: { PATH: '', KUBECONFIG: "/tmp/it's here/config", NAVI_DATA_DIR: '/tmp/data' },
    });
    expect(guide).toContain(String.raw`  export KUBECONFIG='/tmp/it'\''s here/config'`);
    expect(guide).toContain('  export NAVI_DATA_DIR=/tmp/data\n');
  });

  test('gives an alias only where navi on the path is not this program', () => {
    expect(demoGuide({ file, env: { PATH: '/nowhere' } })).toContain('alias navi=');
    expect(demoGuide({ file, env: { PATH: `/nowhere:${folder}` } })).not.toContain('alias');
  });
});
