package standin

// requestObject is a merge request with its discussions, for GraphQL.
func (c *call) requestObject(m *MergeRequest) object {
	on := subject{request: m}
	return object{
		"__typename": "MergeRequest", "id": gid("MergeRequest", m.ID), "iid": itoa(m.IID),
		"discussions": resolver(func(args params) (any, error) {
			var list []object
			for _, d := range c.visible(on) {
				list = append(list, c.discussionObject(on, d))
			}
			return connection(list, args), nil
		}),
	}
}

func (c *call) discussionObject(on subject, d *Discussion) object {
	// The id names the class of all discussions, the one to reply to its own.
	kind := "Discussion"
	switch {
	case d.Individual:
		kind = "IndividualNoteDiscussion"
	case d.Notes[0].Position != nil:
		kind = "DiffDiscussion"
	}
	return object{
		"__typename": "Discussion", "id": "gid://gitlab/Discussion/" + d.ID, "replyId": "gid://gitlab/" + kind + "/" + d.ID,
		"createdAt": d.Notes[0].CreatedAt.Format(stamp), "resolvable": d.resolvable(on), "resolved": d.resolvable(on) && d.resolved(),
		"notes": resolver(func(args params) (any, error) {
			var list []object
			for _, n := range d.Notes {
				list = append(list, c.noteObject(on, d, n))
			}
			return connection(list, args), nil
		}),
	}
}

func (c *call) noteObject(on subject, d *Discussion, n *Note) object {
	kind := n.noteType(d)
	if kind == "" {
		kind = "Note"
	}
	o := object{
		"__typename": "Note", "id": gid(kind, n.ID), "author": c.userObject(n.Author), "body": n.Body, "createdAt": n.CreatedAt.Format(stamp), "updatedAt": n.UpdatedAt.Format(stamp),
		"system": n.System, "resolvable": d.resolvable(on), "resolved": d.resolvable(on) && n.Resolved, "resolvedBy": c.userObject(n.Resolver), "position": object(nil),
	}
	if p := n.Position; p != nil {
		at := object{
			"__typename": "DiffPosition", "diffRefs": object{"__typename": "DiffRefs", "baseSha": p.Base, "startSha": p.Start, "headSha": p.Head},
			"filePath": p.NewPath, "oldPath": p.OldPath, "newPath": p.NewPath, "oldLine": nil, "newLine": nil, "positionType": p.Type,
		}
		if p.OldLine > 0 {
			at["oldLine"] = p.OldLine
		}
		if p.NewLine > 0 {
			at["newLine"] = p.NewLine
		}
		o["position"] = at
	}
	return o
}
