import { historyViews } from './history-views.ts';
import { mirrorViews } from './mirror-views.ts';
import { objectViews } from './object-views.ts';
import { podViews } from './pod-views.ts';
import type { View } from './view.ts';

/** Every view of `navi sql`, in the order in which they are told. */
export const views: readonly View[] = [...objectViews, ...podViews, ...historyViews, ...mirrorViews];

/** A function that statements may use besides those of SQLite. */
export interface SqlFunction {
  readonly call: string;
  readonly meaning: string;
}

/** What statements may call besides the functions of SQLite. */
export const sqlFunctions: readonly SqlFunction[] = [
  {
    call: 'quantity(TEXT)',
    meaning: 'the number that a quantity such as 100m or 1.5Gi stands for; NULL for anything else',
  },
];
