import { globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manPages } from './man-pages.ts';

// Run after a build in the folder of the checkout: what the manual says is what the manifest, the schema and the texts say.
for (const file of globSync('man/*.[0-9]')) rmSync(file);
for (const [name, text] of manPages()) writeFileSync(join('man', name), text);
