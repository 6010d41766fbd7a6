import { describe, expect, it } from 'vitest';
import { Workspace } from '#lib/sandbox/notion/workspace.ts';

const names = (workspace: Workspace) => workspace.columns.map(({ name }) => name);

describe('a page', () => {
  it('is found with and without hyphens, and its id never comes back', () => {
    const workspace = new Workspace();
    const { id } = workspace.createPage(5);
    expect(workspace.find(id.replaceAll('-', '').toUpperCase())?.id).toBe(id);
    workspace.reset();
    expect(workspace.find(id)).toBeUndefined();
    expect(() => workspace.require(id)).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(workspace.createPage(5).id).not.toBe(id);
  });

  it('gets all values of a request or none, by name or id', () => {
    const workspace = new Workspace();
    const page = workspace.createPage(5);
    const url = workspace.column('Video URL');
    expect(() => workspace.write(page, { [url.id]: { url: 'https://a' }, Nothing: { url: 'b' } }, 6)).toThrow(
      /Nothing/,
    );
    expect(page.values.size).toBe(0);
    workspace.write(page, { [decodeURIComponent(url.id)]: { url: 'https://a' } }, 6);
    expect(page.values.get(url.id)).toBe('https://a');
    expect(page.editedAtMs).toBe(6);
  });
});

describe('a property', () => {
  it('keeps its id over a rename and a change of its type, and loses its values with the latter', () => {
    const workspace = new Workspace();
    const page = workspace.createPage(5);
    const { id } = workspace.column('Video URL');
    workspace.write(page, { 'Video URL': { url: 'https://a' } }, 6);
    workspace.changeColumns({ 'Video URL': { name: 'Film' } });
    expect(workspace.column('Film').id).toBe(id);
    expect(page.values.get(id)).toBe('https://a');
    workspace.changeColumns({ [id]: { rich_text: {} } });
    expect(workspace.column('Film')).toMatchObject({ id, type: 'rich_text' });
    expect(page.values.has(id)).toBe(false);
  });

  it('is added and removed', () => {
    const workspace = new Workspace();
    workspace.changeColumns({ Kind: { select: { options: [{ name: 'a' }] } }, Error: null });
    expect(names(workspace)).toEqual(['Name', 'Status', 'Video URL', 'Thumbnail URL', 'Kind']);
    expect(workspace.column('Kind').options).toEqual(['a']);
    workspace.reset();
    expect(names(workspace)).toContain('Error');
  });
});
