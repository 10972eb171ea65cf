/** A profile of `shop/dev` whose source `app` reads these files, by their names beside `profiles/`. `more` is appended. */
export const logProfile = (names: readonly string[], more = ''): string => `opsdeck: 1
system: shop
env: dev
tier: dev
sources:
  app: { type: file, paths: [${names.map((name) => `"../${name}"`).join(', ')}] }
${more}`;
