// Required before a program (node --require): writes as JSON to the file that NAVI_TEST_LOADED names what the program had loaded when it ended.
'use strict';

const { writeFileSync } = require('node:fs');

const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ') && !before.has(name));
  const loaded = {
    files: Object.keys(require.cache).filter((file) => file !== __filename),
    builtins: builtins.map((name) => name.slice('NativeModule '.length)),
  };
  writeFileSync(process.env.NAVI_TEST_LOADED, JSON.stringify(loaded));
});
