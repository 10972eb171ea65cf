/** What npm writes as a bill of materials, as far as it is read here. */
export interface Bill {
  readonly bomFormat: string;
  readonly serialNumber?: string;
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly hashes?: readonly { readonly alg: string }[];
  }[];
}

/**
 * A bill of materials without what differs from one call and one checkout to the next: the serial number, the time, the npm that
 * wrote it, and the name of the directory in place of the package's.
 */
export const reproducible = ({ serialNumber: _, metadata, ...rest }: Bill, name: string): Bill => ({
  ...rest,
  metadata: { component: { ...metadata.component, name } },
});
