/** Set by the bundler. */
declare const naviBuild: { readonly version: string; readonly commit: string } | undefined;

/** What was built: the package's version, and the commit that it was built from, empty where that is not known. */
export const buildInfo = typeof naviBuild === 'undefined' ? { version: '0.0.0', commit: '' } : naviBuild;
