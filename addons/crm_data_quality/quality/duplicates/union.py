# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From links to groups: union-find that respects what must stay apart."""

# Larger groups are no work for a person and hardly ever right: they hang on a chain of doubtful
# links, so the weakest links are left out.
MAX_CLUSTER = 50


def components(links, apart=None, cap=MAX_CLUSTER):
    """Group nodes by their links, strongest link first.

    Links of negative strength are doubtful: they join single nodes only.

    :param links: iterable of (strength, left node, right node)
    :param apart: function (list of nodes, list of nodes) → whether the two must not be joined
    :param cap: largest number of nodes in a group
    :return: list of groups, each a list of nodes; single nodes are left out
    """
    group_of = {}
    for strength, left, right in sorted(links, key=lambda link: (-link[0], link[1:])):
        first = group_of.setdefault(left, [left])
        second = group_of.setdefault(right, [right])
        if first is second or len(first) + len(second) > (cap if strength >= 0 else 2):
            continue
        if apart and apart(first, second):
            continue
        if len(first) < len(second):
            first, second = second, first
        first.extend(second)
        for node in second:
            group_of[node] = first
    unique = {id(group): group for group in group_of.values() if len(group) > 1}
    return list(unique.values())


def weakest(nodes, links):
    """The weakest of the links that hold a group together: of its maximum spanning tree.

    :param nodes: the group
    :param links: iterable of (strength, left node, right node) between its nodes
    :return: that link, or None where there is none
    """
    group_of = {node: {node} for node in nodes}
    last = None
    for link in sorted(links, key=lambda link: -link[0]):
        first, second = group_of[link[1]], group_of[link[2]]
        if first is second:
            continue
        last = link
        first |= second
        for node in second:
            group_of[node] = first
    return last
