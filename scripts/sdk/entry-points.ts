/** Public entry points of the package: source file, and name in dist/. */
export const entryPoints = [
  { title: 'opsdeck/sdk', entry: 'src/sdk.ts', name: 'sdk' },
  { title: 'opsdeck/sdk/testing', entry: 'src/sdk-testing.ts', name: 'sdk-testing' },
] as const;
