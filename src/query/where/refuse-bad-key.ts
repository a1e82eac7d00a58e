import { parseExpression } from '../../cel/parse-expression.ts';
import { isColumnLike, keyTexts } from './row-order.ts';

/** Refuses what is no order whatever the columns are. @throws NAVI_USAGE */
export function refuseBadOrder(flag: string, text: string): void {
  for (const key of keyTexts(text)) refuseBadKey(flag, key);
}

/** The same for one key. @throws NAVI_USAGE */
export function refuseBadKey(flag: string, text: string): void {
  if (!isColumnLike(text)) parseExpression(flag, text, 'any');
}
