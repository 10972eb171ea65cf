import type { Workspace } from '../simulation/workspace.ts';

/** The code of a plugin with source type `toy`: a health row with the `word` of its config. */
export const toyCode = `import { definePlugin, defineSource, z } from 'opsdeck/sdk';
const toy = defineSource({
  type: 'toy',
  title: 'A toy',
  config: z.strictObject({ word: z.string() }),
  feedNames: ['word'],
  operations: {},
  open: async ({ id, config }) => ({
    id,
    feeds: [{
      id: id + '/word', source: id, name: 'word', kind: 'health', everyMs: 1000, staleMs: 3000, timeoutMs: 500,
      read: async () => ({
        items: [{ source: 'elsewhere', at: 0, service: id, instance: 'toy', status: 'up', components: [], detail: config.word }],
        faults: [],
      }),
    }],
    operations: [],
    close: async () => {},
  }),
});
export const plugin = definePlugin({ sources: [toy] });
`;

/** A profile of system shop with one source of type toy. */
export const toyProfile = (plugins: string): string => `opsdeck: 1
system: shop
env: dev
tier: dev
${plugins}
sources:
  it: { type: toy, word: fine }
`;

/** The package.json of a plugin. */
export const manifestOf = (name: string, own: object = { plugin: './index.js', sdk: '0.1' }): string =>
  JSON.stringify({ name, version: '1.0.0', type: 'module', opsdeck: own });

/** Installs a plugin next to the user's settings, and allows it there. */
export const putPlugin = async (
  workspace: Workspace,
  { name = 'opsdeck-plugin-toy', code = toyCode, own = undefined as object | undefined } = {},
): Promise<void> => {
  const dir = `config/opsdeck/node_modules/${name}`;
  await workspace.put(`${dir}/package.json`, manifestOf(name, own));
  await workspace.put(`${dir}/index.js`, code);
  await workspace.put('config/opsdeck/config.yaml', `plugins: [${name}]\n`);
};
