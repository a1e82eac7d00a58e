import * as Args from '@oclif/core/args';

/**
 * An argument of a command. oclif would take standard input for one that is missing: in a loop of a shell that is the
 * input of the loop.
 */
export function argument(options: { readonly description: string }): ReturnType<typeof Args.string> {
  return Args.string({ ...options, ignoreStdin: true });
}

/** The same for one that must be there. */
export function requiredArgument(options: { readonly description: string }) {
  return Args.string({ ...options, ignoreStdin: true, required: true });
}
