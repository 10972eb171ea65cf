import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../../package.json' with { type: 'json' };

/** The version of this opsdeck. */
export const opsdeckVersion: string = manifest.version;

const here = fileURLToPath(import.meta.url);

/** The directory that opsdeck is installed in: above `dist/` when built, above `src/` when not. */
export const packageRoot: string = here.slice(
  0,
  Math.max(here.lastIndexOf('/dist/'), here.lastIndexOf('/src/')),
);

/** The directory of the shipped examples. */
export const shippedProfiles: string = join(packageRoot, 'profiles');

/** The file that is `opsdeck/sdk` in this process. */
export const sdkFile: string = `${packageRoot}${here.startsWith(`${packageRoot}/dist/`) ? '/dist/sdk.js' : '/src/sdk.ts'}`;
