"""The change, from the text of a denial alone: drafted at the gate that the text or its first cause names, and proved
for this very request as far as anybody can who has not seen the policies.

`record` is what a draft is, `draft` makes one, `forms` writes it in every form, `merge` joins several of one owner,
`proved` makes drafts of what an evaluation proved.
"""
