#!/usr/bin/env node
// The one entry of navi. Plain JavaScript of any age up to the version check, so that an old Node can say what it lacks.
'use strict';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(`navi needs Node 24 or newer; this is ${process.versions.node} (${process.execPath})\n`);
  process.exit(2);
}
const kept = compileCache(process.env);
if (kept) require('node:module').enableCompileCache(kept);
void require('../dist/main.js').main(__filename);

/**
 * Where Node keeps what it has compiled, which it runs without looking at it: a folder of this user's, and not the one for
 * everybody's temporary files that Node takes where it is told none. Undefined for a user without one.
 */
function compileCache({ XDG_CACHE_HOME: xdg, HOME: home, LOCALAPPDATA: local }) {
  if (process.platform === 'win32') return local && `${local}\\navi`;
  if (xdg && xdg.startsWith('/')) return `${xdg}/navi`;
  if (!home || !home.startsWith('/')) return undefined;
  return process.platform === 'darwin' ? `${home}/Library/Caches/navi` : `${home}/.cache/navi`;
}
