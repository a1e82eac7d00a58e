/** Whether the long variants of tests are wanted too: `npm run test:long` (`NAVI_TEST_LONG=1`). */
export const isLongRun = process.env['NAVI_TEST_LONG'] === '1';

/** What a test takes of something, such as runs, seeds or objects: so many each day, more in a long run. */
export function amountOf(daily: number, long: number): number {
  return isLongRun ? long : daily;
}
