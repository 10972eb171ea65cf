/** A published file: its target, and its SHA-256 in hexadecimal digits. */
export interface PublishedFile {
  readonly target: string;
  readonly name: string;
  readonly sha256: string;
}

/** Blocks of Homebrew by the target of a single file. */
const places = [
  [
    'on_macos',
    [
      ['on_arm', 'darwin-arm64'],
      ['on_intel', 'darwin-x64'],
    ],
  ],
  [
    'on_linux',
    [
      ['on_arm', 'linux-arm64'],
      ['on_intel', 'linux-x64'],
    ],
  ],
] as const;

const block = (name: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${name} do`, ...lines.map((line) => `  ${line}`), 'end'];

/**
 * The formula of Homebrew for the single files at an address. Only targets that were built are in it.
 * Source: Homebrew documentation, Formula Cookbook.
 */
export const homebrewFormula = (
  version: string,
  address: string,
  files: readonly PublishedFile[],
): string => {
  const base = address.replace(/\/+$/, '');
  const body = [
    'desc "Terminal cockpit for operations"',
    `homepage "${base}"`,
    `version "${version}"`,
    'license "Apache-2.0"',
    ...places.flatMap(([system, processors]) => [
      ...block(
        system,
        processors.flatMap(([processor, target]) => {
          const file = files.find((published) => published.target === target);
          return file === undefined
            ? []
            : block(processor, [`url "${base}/${file.name}"`, `sha256 "${file.sha256}"`]);
        }),
      ),
    ]),
    'def install',
    '  bin.install Dir["opsdeck-*"].first => "opsdeck"',
    '  # The build removes the signature of Node, without which macOS on arm64 starts no program.',
    '  system "codesign", "--sign", "-", bin/"opsdeck" if OS.mac?',
    '  generate_completions_from_executable(bin/"opsdeck", "completion")',
    'end',
    'test do',
    '  assert_match version.to_s, shell_output("#{bin}/opsdeck --version")',
    'end',
  ];
  return ['class Opsdeck < Formula', ...body.map((line) => `  ${line}`), 'end', ''].join('\n');
};
