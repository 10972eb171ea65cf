import { isAsciiLocale } from '../../platform/terminal/locale.ts';

/** Options of the output, from the command line and the environment. */
export interface DisplayOptions {
  readonly color: boolean;
  readonly ascii: boolean;
  /** True: `ascii` follows from the locale alone, and `ascii: off` in config.yaml overrides it. */
  readonly asciiByLocale?: true;
}

/** Joins what is asked with what the environment says: NO_COLOR (any value but '' disables colors), and the locale. */
export const displayOptionsOf = (
  env: Readonly<Record<string, string | undefined>>,
  asked: Pick<DisplayOptions, 'color' | 'ascii'> = { color: true, ascii: false },
): DisplayOptions => {
  const byLocale = !asked.ascii && isAsciiLocale(env);
  return {
    color: asked.color && (env.NO_COLOR ?? '') === '',
    ascii: asked.ascii || byLocale,
    ...(byLocale ? { asciiByLocale: true } : {}),
  };
};
