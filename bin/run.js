#!/usr/bin/env node
// The one entry of navi. Plain JavaScript of any age up to the version check, so that an old Node can say what it lacks.
'use strict';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(`navi needs Node 24 or newer; this is ${process.versions.node} (${process.execPath})\n`);
  process.exit(2);
}
require('node:module').enableCompileCache();
void require('../dist/main.js').main(__filename);
