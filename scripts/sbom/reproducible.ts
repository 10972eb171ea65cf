/** A component of a bill of materials, as far as it is read here. */
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly hashes?: readonly { readonly alg: string }[];
}

/** The bill of materials that npm writes, as far as it is read here. */
export interface Bill {
  readonly bomFormat: string;
  readonly serialNumber?: string;
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
  readonly components: readonly Component[];
}

/** The property by which npm marks a package that is not installed with the product. */
export const developmentMark = 'cdx:npm:package:development';

/**
 * A bill of materials without what differs from one call and one checkout to the next: the serial number, the time, the npm that
 * wrote it, and the name of the directory in place of the package's.
 */
export const reproducible = ({ serialNumber: _, metadata, ...rest }: Bill, name: string): Bill => ({
  ...rest,
  metadata: { component: { ...metadata.component, name } },
});

/** `bundled` (name@version) is part of the product, though npm knows these packages as needed for development only. */
export const withBundled = (bill: Bill, bundled: ReadonlySet<string>): Bill => ({
  ...bill,
  components: bill.components.map((one) =>
    bundled.has(`${one.name}@${one.version}`)
      ? {
          ...one,
          scope: 'required',
          properties: (one.properties ?? []).filter((property) => property.name !== developmentMark),
        }
      : one,
  ),
});
