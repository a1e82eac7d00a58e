import * as Flags from '@oclif/core/flags';

/** `-o json`, of every command whose only other form is a table. */
export const jsonFlag = Flags.option({ char: 'o', description: 'json', options: ['json'] as const })();
