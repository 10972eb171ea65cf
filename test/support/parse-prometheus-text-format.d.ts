declare module 'parse-prometheus-text-format' {
  interface ParsedFamily {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly {
      readonly value?: string;
      readonly labels?: Readonly<Record<string, string>>;
    }[];
  }
  // biome-ignore lint/style/noDefaultExport: the library has a default export.
  export default function parsePrometheusTextFormat(text: string): ParsedFamily[];
}
