// Package rolepage reads role pages: Markdown in, a *hiring.Page out.
//
// Parse never fails. What it can't read is named in Page.Problems, and the rest of the page
// is there all the same. It goes through a page once in each of these steps:
//
//	front matter   frontmatter.go   the YAML block at the head
//	mask           mask.go          ERB tags and Hugo shortcodes are made harmless for Markdown
//	blocks         blocks.go        goldmark's tree becomes blocks and items with byte spans
//	               plaintext.go     paragraphs without marks stay what they are
//	               scratch.go       what is used again for the next page
//	sections       sections.go      headings and blocks become the tree of sections
//	kinds          heading.go       what a heading announces: "Job Grade", "Hiring Process for EMEA"
//	levels         levels.go        levels, roles, specialties and their own sections
//	inheritance    inherit.go       "All requirements of previous roles plus" is followed
//	processes      process.go       hiring processes and their steps
//
// Offsets are those of the source as it came in: masking keeps lengths.
package rolepage
