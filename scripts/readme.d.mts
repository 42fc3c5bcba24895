export function withTables(readme: string, manifest: unknown): string;
