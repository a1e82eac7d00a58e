import { longRun } from '../../support/model/long-run.ts';

longRun(50_000);
