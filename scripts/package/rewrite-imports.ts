import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** Rewrites imports of ours, `#lib/…` and `./….ts`, to where they find each other in dist. Packages stay as they are. */
export function rewriteImports<T extends ts.Node>(root: string): ts.TransformerFactory<T> {
  return (context) => (top) => {
    const file = ts.isSourceFile(top) ? top.fileName : '';
    // By its parent on the way down: a type that the compiler has written itself does not know its own.
    const below = <P extends ts.Node>(parent: P): P =>
      ts.visitEachChild(parent, (node) => (isOurs(node, parent) ? moved(node) : below(node)), context);
    const moved = ({ text }: ts.StringLiteral) => context.factory.createStringLiteral(inDist(root, file, text), true);
    return below(top);
  };
}

/** Whether a node is the module specifier of an import of ours. */
function isOurs(node: ts.Node, parent: ts.Node): node is ts.StringLiteral {
  if (!ts.isStringLiteral(node) || !/^(\.\.?\/|#lib\/).*\.ts$/.test(node.text)) return false;
  // The last is the type `import('…')`.
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isLiteralTypeNode(parent)) return true;
  return ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function inDist(root: string, file: string, specifier: string): string {
  const target = specifier.startsWith('#lib/')
    ? join(root, 'src/lib', specifier.slice('#lib/'.length))
    : resolve(dirname(file), specifier);
  const path = relative(dirname(placeOf(root, file)), placeOf(root, target))
    .split(sep)
    .join('/');
  return `${path.startsWith('.') ? '' : './'}${path.replace(/\.ts$/, '.js')}`;
}

/** `src` is left out, so that paths in stack traces are short. */
export function placeOf(root: string, path: string): string {
  return relative(root, path).replace(/^src[\\/]/, '');
}
