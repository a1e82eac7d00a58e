#!/usr/bin/env node
// What kubectl asks for the completion of `kubectl navi`, under the name kubectl_complete-navi: the words behind `navi`.
'use strict';

process.argv.splice(2, 0, '__complete');
require('./run.js');
