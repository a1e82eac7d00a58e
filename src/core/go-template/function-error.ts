/** Why a template function fails, in Go's words as bytes; the evaluation adds the function's name and the place. */
export class FunctionError extends Error {}
