import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../../package.json' with { type: 'json' };

/** The version of this opsdeck. */
export const opsdeckVersion: string = manifest.version;

const commit = process.env.OPSDECK_COMMIT ?? '';

/** The version with the commit that was built, '0.1.0 (8bb189402, 2026-11-27)'; the version alone when not built. */
export const opsdeckBuild: string = commit === '' ? opsdeckVersion : `${opsdeckVersion} (${commit})`;

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
