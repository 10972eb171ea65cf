import { z } from 'zod';
import { isPackageName } from '../../domain/plugin.ts';

/** The plugins that a profile asks for. Where they are, and whether they may be loaded, is the user's to say. */
export const zPlugins = z
  .array(
    z.string().refine(isPackageName, {
      error: (issue) =>
        `"${String(issue.input)}" is no name of a package; a profile names plugins, and config.yaml says where they are`,
    }),
  )
  .meta({ description: "names of plugins that it needs; the user's config.yaml has to allow them" });
