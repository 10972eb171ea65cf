/** The variables of the locale, in the order in which they apply. Source: POSIX.1-2024, XBD 8.2. */
const variables = ['LC_ALL', 'LC_CTYPE', 'LANG'] as const;

/**
 * True if the locale says that the terminal shows ASCII alone: 'C', 'POSIX', or another character set than UTF-8, such as
 * 'de_DE.ISO-8859-1'. False without a locale, as in many containers, and for a name without a character set.
 */
const isAsciiLocale = (env: Readonly<Record<string, string | undefined>>): boolean => {
  const locale = variables.map((name) => env[name] ?? '').find((value) => value !== '') ?? '';
  const charset = /\.([^@]+)/.exec(locale)?.[1];
  return charset === undefined ? /^(?:C|POSIX)$/.test(locale) : !/^utf-?8$/i.test(charset);
};

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
  requested: Pick<DisplayOptions, 'color' | 'ascii'> = { color: true, ascii: false },
): DisplayOptions => {
  const byLocale = !requested.ascii && isAsciiLocale(env);
  return {
    color: requested.color && (env.NO_COLOR ?? '') === '',
    ascii: requested.ascii || byLocale,
    ...(byLocale ? { asciiByLocale: true } : {}),
  };
};
