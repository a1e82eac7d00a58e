import { longRun } from '../../support/model/long-run.ts';

// A file of its own: files run at the same time.
longRun(50_000);
