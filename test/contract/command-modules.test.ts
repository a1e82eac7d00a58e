import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { commandModules } from '../../src/main.ts';

const folder = join(import.meta.dirname, '../../src/commands');

test('every command of one word is started by its name, without the manifest of all', async () => {
  const files = globSync('*.ts', { cwd: folder }).map((file) => basename(file, '.ts'));
  expect(Object.keys(commandModules)).toEqual(files.toSorted());
  for (const [name, load] of Object.entries(commandModules)) {
    const classes = Object.values(await load());
    expect(classes, name).toHaveLength(1);
    expect(classes[0]?.name).toBe(`${name.charAt(0).toUpperCase()}${name.slice(1)}Command`);
  }
});
