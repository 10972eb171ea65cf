import { afterEach, beforeEach } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';

/** The workspace of the running test. */
interface ShopWorkspace extends Pick<Workspace, 'put' | 'path' | 'run'> {
  readonly stateDir: string;
  /** Writes the profile of `shop/dev`: its sources, two spaces deep, and everything after them. */
  putProfile(sources: string): Promise<void>;
}

/** Opens a workspace for each test of the calling file, and closes it afterwards. */
export const shopWorkspace = (): ShopWorkspace => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = openWorkspace();
  });
  afterEach(() => workspace[Symbol.asyncDispose]());
  return {
    get stateDir() {
      return workspace.stateDir;
    },
    put: (path, content) => workspace.put(path, content),
    path: (name) => workspace.path(name),
    run: (args, env) => workspace.run(args, env),
    putProfile: (sources) =>
      workspace.put(
        'profiles/dev.yaml',
        `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\nsources:\n${sources}`,
      ),
  };
};
