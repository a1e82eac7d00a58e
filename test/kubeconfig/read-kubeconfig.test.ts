import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kubeconfigFiles } from '../../src/kubeconfig/kubeconfig-files.ts';
import { readKubeconfig } from '../../src/kubeconfig/read-kubeconfig.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

let directory: string;
const at = (name: string): string => join(directory, name);

beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync(at('one'), 'contexts: [{name: x, context: {cluster: one}}]');
  writeFileSync(
    at('two'),
    'current-context: y\ncontexts: [{name: x, context: {cluster: two}}, {name: y, context: {}}]',
  );
  writeFileSync(at('broken'), 'contexts: [');
});

afterEach(() => rmSync(directory, { recursive: true }));

const listed = (...names: readonly string[]): NodeJS.ProcessEnv => ({ KUBECONFIG: names.map(at).join(delimiter) });

describe('the files to read', () => {
  test('are the one that is named, else those of KUBECONFIG, else the one in the home folder', () => {
    expect(kubeconfigFiles('some/config', { KUBECONFIG: '/a' })).toEqual([resolve('some/config')]);
    expect(kubeconfigFiles(undefined, { KUBECONFIG: ['/a', '', 'b', ''].join(delimiter) })).toEqual([
      '/a',
      resolve('b'),
    ]);
    for (const env of [{}, { KUBECONFIG: '' }, { KUBECONFIG: delimiter }]) {
      expect(kubeconfigFiles(undefined, env)).toEqual([join(homedir(), '.kube', 'config')]);
    }
    expect(kubeconfigFiles('', { KUBECONFIG: '/a' })).toEqual(['/a']);
  });
});

describe('reading', () => {
  test('passes over files that do not exist', () => {
    const config = readKubeconfig(undefined, listed('missing', 'one', 'gone', 'two'));
    expect(config.contexts.get('x')?.cluster).toBe('one');
    expect(config.currentContext).toBe('y');
    expect(config.files).toEqual([at('one'), at('two')]);
  });

  test('fails where no file exists, naming them all', () => {
    expect(() => readKubeconfig(undefined, listed('missing', 'gone'))).toThrow(
      expect.objectContaining({ code: 'NAVI_KUBECONFIG_MISSING', message: expect.stringContaining(at('gone')) }),
    );
  });

  test('fails for a named file that does not exist, whatever KUBECONFIG says', () => {
    expect(() => readKubeconfig(at('missing'), listed('one'))).toThrow(
      expect.objectContaining({ code: 'NAVI_KUBECONFIG_MISSING' }),
    );
  });

  test('fails for one broken file among good ones, by its name', () => {
    expect(() => readKubeconfig(undefined, listed('one', 'broken'))).toThrow(
      expect.objectContaining({ code: 'NAVI_KUBECONFIG_BROKEN', message: expect.stringContaining(at('broken')) }),
    );
  });

  test('fails for what cannot be read, such as a folder', () => {
    mkdirSync(at('folder'));
    expect(() => readKubeconfig(undefined, listed('folder', 'one'))).toThrow(
      expect.objectContaining({ code: 'NAVI_KUBECONFIG_MISSING' }),
    );
  });
});
